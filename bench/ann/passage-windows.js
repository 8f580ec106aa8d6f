import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Words of a window, and from the start of one to the start of the next. */
export const WINDOW = { words: 45, stride: 22 };

/**
 * Overlapping windows of a text, each of 45 words, every 22 words; the last one ends with the text. A text of at most
 * 45 words is one window, an empty one none.
 *
 * @param {string} text
 * @returns {string[]}
 */
export function windowsOf(text, { words, stride } = WINDOW) {
  const all = text.split(/\s+/).filter((word) => word !== '');
  const count = all.length === 0 ? 0 : 1 + Math.max(0, Math.ceil((all.length - words) / stride));
  return Array.from({ length: count }, (_, at) => {
    const start = Math.max(0, Math.min(at * stride, all.length - words));
    return all.slice(start, start + words).join(' ');
  });
}

/**
 * The windows of the passages of one collection, in its order, title first.
 *
 * @param {string} file `corpus.jsonl`, or `passages.jsonl.xz`
 * @returns {Promise<string[]>}
 */
export async function windowsOfCollection(file) {
  const passages = await jsonLines(file);
  return passages.flatMap(({ title, text }) => windowsOf(title ? `${title} ${text}` : text));
}

/**
 * `count` different questions, spread evenly over a file of pairs.
 *
 * @param {string} file `pairs.jsonl.xz`
 * @returns {Promise<string[]>}
 */
export async function questionsOf(file, count) {
  const pairs = await jsonLines(file);
  const questions = [...new Set(pairs.map(({ query }) => query))];
  if (questions.length < count) throw new Error(`${file} has ${questions.length} questions instead of ${count}.`);
  return Array.from({ length: count }, (_, at) => questions[Math.floor((at * questions.length) / count)]);
}

async function jsonLines(file) {
  const text = file.endsWith('.xz') ? await unpacked(file) : await readFile(file, 'utf8');
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line));
}

/** Node has no xz of its own. */
async function unpacked(file) {
  try {
    return (await run('xz', ['--decompress', '--stdout', file], { maxBuffer: 2 ** 29 })).stdout;
  } catch (cause) {
    throw new Error(`${file} could not be unpacked. Install the command xz (xz-utils).`, { cause });
  }
}
