import { GRAPH_FIELDS } from './graph-layout.js';

/** A node and its score; `isOpen` until its neighbours have been looked at. */
interface Entry {
  readonly node: number;
  readonly score: number;
  isOpen: boolean;
}

/** Plain twin of the kernel `insertNode`: the same links in the same order. What runs where SIMD is missing. */
export function insertNodeReference(
  buffer: ArrayBuffer | SharedArrayBuffer,
): (graph: number, node: number, level: number, beam: number) => void {
  return (at, node, level, beam) => {
    const graph = new GraphView(buffer, at);
    const top = graph.get('topLevel');
    const limit = graph.get('upperDegree');
    const score = (other: number): number => graph.scoreOfPair(node, other);
    let start = graph.descend(score, top, level + 1);
    for (let on = Math.min(top, level); on >= 0; on--) {
      const found = graph.searchLevel(score, start, beam, on);
      start = found[0]?.node ?? start;
      const chosen = graph.choose(found, limit);
      graph.setLinks(node, on, chosen);
      for (const other of chosen) graph.linkBack(other, node, on);
    }
    if (level > top) {
      graph.set('entry', node);
      graph.set('topLevel', level);
    }
  };
}

/** Plain twin of the kernel `searchGraph`: the same nodes and scores in the same order. */
export function searchGraphReference(
  buffer: ArrayBuffer | SharedArrayBuffer,
): (graph: number, beam: number, nodes: number, scores: number) => number {
  return (at, beam, nodes, scores) => {
    const graph = new GraphView(buffer, at);
    const score = (node: number): number => graph.scoreOfQuery(node);
    const start = graph.descend(score, graph.get('topLevel'), 1);
    const found = graph.searchLevel(score, start, beam, 0);
    new Uint32Array(buffer, nodes, found.length).set(found.map(({ node }) => node));
    new Float32Array(buffer, scores, found.length).set(found.map((entry) => entry.score));
    return found.length;
  };
}

class GraphView {
  readonly #words: Uint32Array;
  readonly #floats: Float32Array;
  readonly #codes: Int8Array;
  readonly #wide: Int16Array;
  readonly #at: number;

  constructor(buffer: ArrayBuffer | SharedArrayBuffer, at: number) {
    this.#at = at;
    this.#words = new Uint32Array(buffer);
    this.#floats = new Float32Array(buffer);
    this.#codes = new Int8Array(buffer);
    this.#wide = new Int16Array(buffer);
  }

  get(field: keyof typeof GRAPH_FIELDS): number {
    return this.#words[(this.#at + GRAPH_FIELDS[field]) / 4] ?? 0;
  }

  set(field: keyof typeof GRAPH_FIELDS, value: number): void {
    this.#words[(this.#at + GRAPH_FIELDS[field]) / 4] = value;
  }

  scoreOfQuery(node: number): number {
    const query = this.get('query') / 2;
    let product = 0;
    const code = this.#codeOf(node);
    for (let column = 0; column < this.get('columns'); column++) {
      product += (this.#wide[query + column] ?? 0) * (this.#codes[code + column] ?? 0);
    }
    return this.#score(product, node, this.#float('queryScale'), this.#float('queryBias'));
  }

  scoreOfPair(one: number, other: number): number {
    const [a, b] = [this.#codeOf(one), this.#codeOf(other)];
    let product = 0;
    for (let column = 0; column < this.get('columns'); column++) {
      product += (this.#codes[a + column] ?? 0) * (this.#codes[b + column] ?? 0);
    }
    const scale = Math.fround(this.#numberOf('scales', one) * this.#float('factor'));
    return this.#score(product, other, scale, this.#numberOf('biases', one));
  }

  /** The node that greedy steps on the levels from `from` down to `until` end at. */
  descend(score: (node: number) => number, from: number, until: number): number {
    let best: Entry = entryOf(this.get('entry'), score);
    for (let level = from; level >= until && level > 0; level--) {
      for (let isBetter = true; isBetter; ) {
        isBetter = false;
        for (const node of this.#linksOf(best.node, level)) {
          const entry = entryOf(node, score);
          if (byQuality(entry, best) >= 0) continue;
          best = entry;
          isBetter = true;
        }
      }
    }
    return best.node;
  }

  /** The best `beam` nodes that are reached from `start` on a level. */
  searchLevel(score: (node: number) => number, start: number, beam: number, level: number): Entry[] {
    const seen = new Set([start]);
    let pool = [entryOf(start, score)];
    for (;;) {
      const next = pool.find(({ isOpen }) => isOpen);
      if (!next) return pool;
      next.isOpen = false;
      const news = this.#linksOf(next.node, level).filter((node) => !seen.has(node) && !this.#isSeen(node));
      for (const node of news) seen.add(node);
      pool = [...pool, ...news.map((node) => entryOf(node, score))].sort(byQuality).slice(0, beam);
    }
  }

  /** Seen before the search began: hidden from it. */
  #isSeen(node: number): boolean {
    return (((this.#words[this.get('seen') / 4 + (node >>> 5)] ?? 0) >>> (node & 31)) & 1) === 1;
  }

  choose(entries: readonly Entry[], limit: number): number[] {
    const chosen: number[] = [];
    const waiting: number[] = [];
    for (const { node, score } of entries) {
      if (chosen.length === limit) break;
      const isNear = chosen.some((other) => this.scoreOfPair(node, other) >= score);
      (isNear ? waiting : chosen).push(node);
    }
    const least = Math.max(Math.ceil(limit / 2), Math.min(limit, 8));
    return [...chosen, ...waiting.slice(0, Math.max(0, least - chosen.length))];
  }

  setLinks(node: number, level: number, links: readonly number[]): void {
    const at = this.#blockOf(node, level);
    this.#words[at] = links.length;
    this.#words.set(links, at + 1);
  }

  linkBack(from: number, node: number, level: number): void {
    const links = [...this.#linksOf(from, level), node];
    const limit = this.get(level === 0 ? 'groundDegree' : 'upperDegree');
    const score = (other: number): number => this.scoreOfPair(from, other);
    const rivals = () => links.map((other) => entryOf(other, score)).sort(byQuality);
    this.setLinks(from, level, links.length <= limit ? links : this.choose(rivals(), limit));
  }

  #linksOf(node: number, level: number): number[] {
    const at = this.#blockOf(node, level);
    return [...this.#words.subarray(at + 1, at + 1 + (this.#words[at] ?? 0))];
  }

  #blockOf(node: number, level: number): number {
    if (level === 0) return this.get('links') / 4 + node * (this.get('groundDegree') + 1);
    const block = (this.#words[this.get('upperAt') / 4 + node] ?? 0) + level - 1;
    return this.get('upperLinks') / 4 + block * (this.get('upperDegree') + 1);
  }

  #codeOf(node: number): number {
    return this.get('codes') + node * this.get('columns');
  }

  #float(field: keyof typeof GRAPH_FIELDS): number {
    return this.#floats[(this.#at + GRAPH_FIELDS[field]) / 4] ?? 0;
  }

  #numberOf(field: 'scales' | 'biases', node: number): number {
    return this.#floats[this.get(field) / 4 + node] ?? 0;
  }

  #score(product: number, node: number, scale: number, bias: number): number {
    const scaled = Math.fround(Math.fround(Math.fround(product) * scale) * this.#numberOf('scales', node));
    return Math.fround(Math.fround(scaled + this.#numberOf('biases', node)) + bias);
  }
}

function entryOf(node: number, score: (node: number) => number): Entry {
  return { node, score: score(node), isOpen: true };
}

/** Better first: a larger score, then a smaller node. */
function byQuality(left: Entry, right: Entry): number {
  return right.score - left.score || left.node - right.node;
}
