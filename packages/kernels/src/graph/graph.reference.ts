import { GraphView, type QueryView } from './graph-view.reference.js';

/** A node and its score; `isOpen` until its neighbours have been looked at. */
interface Entry {
  readonly node: number;
  readonly score: number;
  isOpen: boolean;
}

/** With so many candidates for each place, those around what went are as good as those of a search. */
const ENOUGH = 3;

type Memory = ArrayBuffer | SharedArrayBuffer;

/** Plain twin of the kernel `packNode`. */
export function packNodeReference(buffer: Memory): (graph: number, node: number) => void {
  return (at, node) => {
    const graph = new GraphView(buffer, at);
    graph.pack(graph.query(), node);
  };
}

/** Plain twin of the kernel `insertNode`: the same links in the same order. What runs where SIMD is missing. */
export function insertNodeReference(buffer: Memory): (graph: number, node: number, beam: number) => void {
  return (at, node, beam) => {
    const graph = new GraphView(buffer, at);
    const [top, level] = [graph.root('topLevel'), graph.levelOf(node)];
    const query = graph.queryOf(node);
    let start = descend(graph, query, top, level + 1);
    for (let on = Math.min(top, level); on >= 0; on--) {
      const found = searchLevel(graph, query, start, { beam, level: on });
      start = found[0] ?? start;
      graph.setLinks(node, on, choose(graph, found, graph.get('upperDegree')));
    }
    for (let on = 0; on <= Math.min(top, level); on++) {
      for (const other of graph.linksOf(node, on)) linkBack(graph, other, node, on);
    }
    if (level <= top) return;
    graph.setRoot('entry', node);
    graph.setRoot('topLevel', level);
  };
}

/** Plain twin of the kernel `searchGraph`: the same nodes and scores in the same order. */
export function searchGraphReference(
  buffer: Memory,
): (graph: number, beam: number, nodes: number, scores: number) => number {
  return (at, beam, nodes, scores) => {
    const graph = new GraphView(buffer, at);
    const query = graph.query();
    const start = descend(graph, query, graph.root('topLevel'), 1);
    const found = searchLevel(graph, query, start, { beam, level: 0 });
    new Uint32Array(buffer, nodes, found.length).set(found.map(({ node }) => node));
    new Float32Array(buffer, scores, found.length).set(found.map(({ score }) => score));
    return found.length;
  };
}

/** Plain twin of the kernel `repairNode`: the same links in the same order. */
export function repairNodeReference(buffer: Memory): (graph: number, node: number, gone: number, beam: number) => void {
  return (at, node, gone, beam) => {
    const graph = new GraphView(buffer, at);
    const isGone = (other: number): boolean => graph.byteAt(gone + other) === 1;
    for (let level = 0; level <= graph.levelOf(node); level++) {
      if (graph.linksOf(node, level).some(isGone)) repairLevel(graph, node, { level, beam }, isGone);
    }
  };
}

function repairLevel(
  graph: GraphView,
  node: number,
  { level, beam }: { level: number; beam: number },
  isGone: (node: number) => boolean,
): void {
  const query = graph.queryOf(node);
  const links = graph.linksOf(node, level);
  const around = new Set([...links, ...links.filter(isGone).flatMap((other) => graph.linksOf(other, level))]);
  const near = [...around].filter((other) => other !== node && !isGone(other));
  let found = entriesOf(graph, query, near).sort(byQuality).slice(0, beam);
  if (found.length < ENOUGH * graph.degreeOn(level)) {
    const start = descend(graph, query, graph.root('topLevel'), level + 1);
    const walked = searchLevel(graph, query, start, { beam, level });
    found = walked.filter((entry) => entry.node !== node && !isGone(entry.node));
  }
  graph.setLinks(node, level, choose(graph, found, graph.degreeOn(level)));
  linkFromAll(graph, node, level);
}

function linkFromAll(graph: GraphView, node: number, level: number): void {
  const links = graph.linksOf(node, level);
  let isLinked = false;
  for (const other of links) {
    const theirs = graph.linksOf(other, level);
    if (!theirs.includes(node)) {
      if (theirs.length >= graph.degreeOn(level)) continue;
      linkBack(graph, other, node, level);
    }
    isLinked = true;
  }
  const [best] = links;
  if (!isLinked && best !== undefined) linkBack(graph, best, node, level);
}

/** The node that greedy steps on the levels from `from` down to `until` end at. */
function descend(graph: GraphView, query: QueryView, from: number, until: number): Entry {
  const entry = graph.root('entry');
  let best: Entry = { node: entry, score: graph.scoreOf(query, entry), isOpen: true };
  for (let level = from; level >= until && level > 0; level--) {
    for (let isBetter = true; isBetter; ) {
      isBetter = false;
      for (const found of entriesOf(graph, query, graph.linksOf(best.node, level), best.score)) {
        if (byQuality(found, best) >= 0) continue;
        best = found;
        isBetter = true;
      }
    }
  }
  return best;
}

/** The best `beam` nodes that are reached from `start` on a level. */
function searchLevel(
  graph: GraphView,
  query: QueryView,
  start: Entry,
  { beam, level }: { beam: number; level: number },
): Entry[] {
  const seen = new Set([start.node]);
  let pool = [{ ...start, isOpen: true }];
  for (;;) {
    const next = pool.find(({ isOpen }) => isOpen);
    if (!next) return pool;
    next.isOpen = false;
    const news = graph.linksOf(next.node, level).filter((node) => !seen.has(node) && !graph.isHidden(node));
    for (const node of news) seen.add(node);
    const bound = pool.length === beam ? (pool[beam - 1]?.score ?? 0) : Number.NEGATIVE_INFINITY;
    pool = [...pool, ...entriesOf(graph, query, news, bound)].sort(byQuality).slice(0, beam);
  }
}

function entriesOf(
  graph: GraphView,
  query: QueryView,
  nodes: readonly number[],
  bound: number = Number.NEGATIVE_INFINITY,
): Entry[] {
  return graph.scores(query, nodes, bound).map((each) => ({ ...each, isOpen: true }));
}

function choose(graph: GraphView, entries: readonly Entry[], limit: number): number[] {
  const chosen: number[] = [];
  const waiting: number[] = [];
  for (const { node, score } of entries) {
    if (chosen.length === limit) break;
    const query = graph.queryOf(node);
    const isNear = chosen.some((other) => graph.scoreOf(query, other) >= score);
    (isNear ? waiting : chosen).push(node);
  }
  const least = Math.max(Math.ceil(limit / 2), Math.min(limit, 8));
  return [...chosen, ...waiting.slice(0, Math.max(0, least - chosen.length))];
}

function linkBack(graph: GraphView, from: number, node: number, level: number): void {
  const links = [...graph.linksOf(from, level), node];
  const limit = graph.degreeOn(level);
  const rivals = (): Entry[] => entriesOf(graph, graph.queryOf(from), links).sort(byQuality);
  graph.setLinks(from, level, links.length <= limit ? links : choose(graph, rivals(), limit));
}

/** Better first: a larger score, then a smaller node. */
function byQuality(left: Entry, right: Entry): number {
  return right.score - left.score || left.node - right.node;
}
