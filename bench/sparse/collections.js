import { execFileSync } from 'node:child_process';
import { createReadStream, existsSync, readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const shared = process.env.SLUICE_SHARED ?? fileURLToPath(new URL('../../../shared', import.meta.url));
/** Not English, and too small to matter. */
const LEFT_OUT = new Set(['xquad-de', 'xquad-zh']);
/** Words before the first: what an analyzer drops as stop words. */
const STOP_WORDS = 50;

/**
 * All English passages of the shared data, and questions of its training pairs. `undefined` where it is missing, or where
 * there is no `xz`.
 *
 * @param {{ queries: number }} options how many questions, taken at equal distances
 * @returns {Promise<{ name: string, documents: string[], queries: string[] } | undefined>}
 */
export async function largestCollection({ queries }) {
  if (!existsSync(`${shared}/data/beir`) || !existsSync(`${shared}/data/train`)) return undefined;
  const documents = [];
  const questions = [];
  for (const name of readdirSync(`${shared}/data/beir`)) {
    if (LEFT_OUT.has(name)) continue;
    const lines = createInterface({ input: createReadStream(`${shared}/data/beir/${name}/corpus.jsonl`) });
    for await (const line of lines) documents.push(textOf(JSON.parse(line)));
  }
  for (const { name } of readdirSync(`${shared}/data/train`, { withFileTypes: true }).filter((each) =>
    each.isDirectory(),
  )) {
    const folder = `${shared}/data/train/${name}`;
    const passages = recordsOf(`${folder}/passages.jsonl.xz`);
    for (const passage of passages ?? []) documents.push(textOf(passage));
    for (const { query, positive } of recordsOf(`${folder}/pairs.jsonl.xz`) ?? []) {
      questions.push(query);
      if (!passages && typeof positive === 'string') documents.push(positive);
    }
  }
  if (questions.length === 0) return undefined;
  const step = questions.length / queries;
  return {
    name: 'all passages of the shared data',
    documents,
    queries: Array.from({ length: queries }, (_, at) => questions[Math.floor(at * step)]),
  };
}

/**
 * Documents of 10 to 50 terms and queries of 2 to 8, the term of rank r drawn with probability ~ 1 / (r + 50): the 50 most
 * frequent of a plain 1 / r are what an analyzer drops.
 */
export function zipfianCollection({ documents, queries, vocabulary = 500_000, seed = 3 }) {
  const random = linear(seed);
  const text = (least, most) => {
    const length = least + Math.floor(random() * (most - least + 1));
    return Array.from({ length }, () => {
      const rank = Math.floor(STOP_WORDS * ((vocabulary / STOP_WORDS + 1) ** random() - 1));
      return `t${rank.toString(36)}`;
    }).join(' ');
  };
  return {
    name: `synthetic, seed ${seed}`,
    documents: Array.from({ length: documents }, () => text(10, 50)),
    queries: Array.from({ length: queries }, () => text(2, 8)),
  };
}

function textOf({ title, text }) {
  return title ? `${title} ${text}` : text;
}

function recordsOf(file) {
  if (!existsSync(file)) return undefined;
  try {
    const bytes = execFileSync('xz', ['-dc', file], { maxBuffer: 2 ** 31, stdio: ['ignore', 'pipe', 'ignore'] });
    return bytes
      .toString('utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function linear(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
