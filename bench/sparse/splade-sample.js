import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const shared = process.env.SLUICE_SHARED ?? fileURLToPath(new URL('../../../shared', import.meta.url));
const folder = `${shared}/golden/splade-v3-nfcorpus`;

/**
 * The SPLADE-v3 vectors of NFCorpus: 3,633 documents and 323 queries, weights as integers.
 *
 * @returns {{ name: string, vocabularySize: number, documents: SparseVector[], queries: SparseVector[] } | undefined}
 *   vectors as `{ indices, values }`; `undefined` where the shared folder is missing
 */
export function spladeSample() {
  if (!existsSync(`${folder}/docs.jsonl.gz`)) return undefined;
  const vocabulary = new Map();
  const documents = linesOf('docs.jsonl.gz').map((line) =>
    vectorOf(Object.entries(JSON.parse(line).vector), vocabulary),
  );
  const queries = linesOf('queries.splade-v3.tsv.gz').map((line) => {
    const counts = new Map();
    for (const token of line.split('\t')[1].split(' ')) counts.set(token, (counts.get(token) ?? 0) + 1);
    return vectorOf([...counts], vocabulary);
  });
  return { name: 'NFCorpus, SPLADE-v3', vocabularySize: vocabulary.size, documents, queries };
}

/**
 * The same with more documents: each takes every term of one document with an even hash and every one of another with
 * an odd one, weights shaken by a quarter. Lengths, term frequencies and weights stay as they are in the real ones.
 */
export function enlarged(sample, count, seed = 7) {
  const random = linear(seed);
  const pick = () => sample.documents[Math.floor(random() * sample.documents.length)];
  const documents = Array.from({ length: count }, () => {
    const [salt, left, right] = [Math.floor(random() * 2 ** 31), pick(), pick()];
    const isLeft = (term) => ((Math.imul(term ^ salt, 0x9e3779b1) >>> 16) & 1) === 0;
    const terms = [
      ...entriesOf(left).filter(([term]) => isLeft(term)),
      ...entriesOf(right).filter(([term]) => !isLeft(term)),
    ];
    terms.sort(([a], [b]) => a - b);
    return {
      indices: Uint32Array.from(terms, ([term]) => term),
      values: Float32Array.from(terms, ([, weight]) => Math.max(1, Math.round(weight * (0.75 + random() / 2)))),
    };
  });
  return { ...sample, name: `${count.toLocaleString('en')} documents mixed from ${sample.name}`, documents };
}

function entriesOf({ indices, values }) {
  return Array.from(indices, (term, at) => [term, values[at]]);
}

function vectorOf(weights, vocabulary) {
  const numbered = weights.map(([term, weight]) => {
    if (!vocabulary.has(term)) vocabulary.set(term, vocabulary.size);
    return [vocabulary.get(term), weight];
  });
  numbered.sort(([left], [right]) => left - right);
  return {
    indices: Uint32Array.from(numbered, ([term]) => term),
    values: Float32Array.from(numbered, ([, weight]) => weight),
  };
}

function linear(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function linesOf(file) {
  return gunzipSync(readFileSync(`${folder}/${file}`))
    .toString('utf8')
    .trimEnd()
    .split('\n');
}
