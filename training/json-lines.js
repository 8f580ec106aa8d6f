import { readFile } from 'node:fs/promises';

/** The rows of a file of JSON lines. */
export async function jsonLines(path) {
  const lines = (await readFile(path, 'utf8')).split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}
