import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const shared = process.env.SLUICE_SHARED ?? fileURLToPath(new URL('../../../shared', import.meta.url));

/**
 * What is searched: SciFact with its test queries where the shared folder is, otherwise a synthetic collection.
 *
 * @returns {{ name: string, documents: string[], queries: string[] }}
 */
export function sparseSample() {
  const folder = `${shared}/data/beir/scifact`;
  return existsSync(`${folder}/corpus.jsonl`) ? scifact(folder) : zipfian({ documents: 5000, queries: 300, seed: 3 });
}

function scifact(folder) {
  const judged = new Set(linesOf(`${folder}/qrels/test.tsv`).map((line) => line.split('\t')[0]));
  return {
    name: 'SciFact',
    documents: linesOf(`${folder}/corpus.jsonl`).map((line) => {
      const { title, text } = JSON.parse(line);
      return title ? `${title} ${text}` : text;
    }),
    queries: linesOf(`${folder}/queries.jsonl`)
      .map((line) => JSON.parse(line))
      .filter(({ _id }) => judged.has(_id))
      .map(({ text }) => text),
  };
}

/** Documents of 50 to 350 words and queries of 4 to 20, the word of rank r drawn with probability ~ 1 / r. */
function zipfian({ documents, queries, seed }) {
  const random = linear(seed);
  const vocabulary = Array.from({ length: 50_000 }, () => word(random));
  const text = (least, most) => {
    const length = least + Math.floor(random() * (most - least));
    const words = Array.from({ length }, () => vocabulary[Math.floor(vocabulary.length ** random()) - 1]);
    return `${words.join(' ')}.`;
  };
  return {
    name: 'synthetic',
    documents: Array.from({ length: documents }, () => text(50, 350)),
    queries: Array.from({ length: queries }, () => text(4, 20)),
  };
}

function word(random) {
  const letters = Array.from({ length: 2 + Math.floor(random() * 8) }, () => Math.floor(random() * 26));
  return String.fromCharCode(...letters.map((letter) => 97 + letter));
}

function linear(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function linesOf(file) {
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .filter((line) => !line.startsWith('query-id'));
}
