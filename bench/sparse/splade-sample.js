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

function linesOf(file) {
  return gunzipSync(readFileSync(`${folder}/${file}`))
    .toString('utf8')
    .trimEnd()
    .split('\n');
}
