import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { seededRandom, shuffled } from '@sluice/core';
import { shared } from '../collections.js';

const MAX_BYTES = 2 ** 28;

/**
 * Question-passage pairs that shipped models may learn from, cut to pools that a benchmark can encode: whole groups
 * (an article, a topic, a paper) in random order until there are `passages`, of their questions `queries`.
 *
 * The pools differ in size on purpose: how many distractors a list has is one of the things that a filter must not rely on.
 */
export const trainingPools = [
  { name: 'nq-qed', passages: 1000, queries: 300 },
  { name: 'squad11-train', passages: 800, queries: 300 },
  { name: 'hotpotqa-sample', passages: 800, queries: 80 },
  { name: 'medquad', passages: 500, queries: 150 },
  { name: 'scitldr', passages: 500, queries: 200 },
  { name: 'stackexchange-small', passages: 700, queries: 250 },
  { name: 'boolq-dev', passages: 400, queries: 200 },
  { name: 'arxiv-title-abstract', passages: 600, queries: 200 },
];

/**
 * A pool in the form of a judged collection: `documents`, `queries`, and for each query the ids of what is relevant.
 *
 * A question's other passages of the same group are neither relevant nor wrong; where they may be relevant (other answers
 * to one question, the other gold paragraph) they are labelled relevant.
 */
export async function trainingPool({ name, passages, queries }) {
  const random = seededRandom(7);
  const pairs = (await lines(name, 'pairs')).filter(({ kind }) => kind === undefined || kind === 'tldr');
  const all = name === 'arxiv-title-abstract' ? pairs.map(ownPassage) : await lines(name, 'passages');
  const byGroup = groupedBy(pairs.map(withPassage));
  const groups = [...byGroup.values()];
  const wanted = new Set();
  const asked = [];
  for (const at of shuffled(groups.length, random)) {
    if (wanted.size >= passages) break;
    for (const pair of groups[at]) {
      asked.push(pair);
      for (const id of [pair.pid, ...(pair.neg_pids ?? [])]) wanted.add(id);
    }
  }
  const relevant = new Map();
  for (const { query, pid } of asked) relevant.set(query, (relevant.get(query) ?? new Set()).add(pid));
  const texts = [...relevant.keys()];
  const chosen = Array.from(shuffled(texts.length, random).subarray(0, queries), (at) => texts[at]);
  return {
    name,
    documents: all
      .filter(({ id }) => wanted.has(id))
      .map(({ id, title, text }) => (title ? { id, title, text } : { id, text })),
    queries: chosen.map((text, at) => ({ id: `${at}`, text })),
    relevant: new Map(chosen.map((text, at) => [`${at}`, relevant.get(text)])),
  };
}

/** A paper's id is its passage's; each paper is a group of its own, because categories are only topics. */
function withPassage(pair) {
  return pair.positive === undefined ? pair : { ...pair, pid: pair.arxiv_id, group: pair.arxiv_id };
}

function ownPassage({ arxiv_id: id, positive: text }) {
  return { id, text };
}

async function lines(name, file) {
  const path = `${shared}/data/train/${name}/${file}.jsonl.xz`;
  const { stdout } = await promisify(execFile)('xz', ['-dc', path], { maxBuffer: MAX_BYTES });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

function groupedBy(pairs) {
  const groups = new Map();
  for (const pair of pairs) groups.set(pair.group, [...(groups.get(pair.group) ?? []), pair]);
  return groups;
}
