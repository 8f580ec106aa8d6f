import { mkdir, writeFile } from 'node:fs/promises';
import { seededRandom } from '@sluice/core';

const WORDS = 'gate river water stone lock barge canal weir pump valve flood dam bridge boat mill wheel'.split(' ');

/**
 * Writes a BEIR folder: 60 documents of 12 words out of 16, and 10 queries of two words each. Relevant is what has both,
 * so that scores are known to be high without being written down here.
 */
export async function writeTinyBeir(folder: string): Promise<void> {
  const random = seededRandom(7);
  const word = (): string => WORDS[Math.floor(random() * WORDS.length)] ?? '';
  const documents = Array.from({ length: 60 }, (_, at) => ({
    _id: `d${at}`,
    title: '',
    text: Array.from({ length: 12 }, word).join(' '),
  }));
  const queries = Array.from({ length: 10 }, (_, at) => ({ _id: `q${at}`, text: `${WORDS[at]} ${WORDS[at + 5]}` }));
  const judged = queries.flatMap(({ _id, text }) =>
    documents
      .filter((document) => text.split(' ').every((wanted) => document.text.split(' ').includes(wanted)))
      .map((document) => `${_id}\t${document._id}\t1`),
  );
  await mkdir(`${folder}/qrels`, { recursive: true });
  await writeFile(`${folder}/corpus.jsonl`, jsonLines(documents));
  await writeFile(`${folder}/queries.jsonl`, jsonLines(queries));
  await writeFile(`${folder}/qrels/test.tsv`, ['query-id\tcorpus-id\tscore', ...judged, ''].join('\n'));
}

/** Writes a folder with a file of each kind that is indexed. */
export async function writeTinyDocs(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(
    `${folder}/weirs.md`,
    '# Weirs\n\nA weir raises the level of a river.\n\n## Fish\n\nFish climb a ladder.\n',
  );
  await writeFile(`${folder}/locks.html`, '<h1>Locks</h1><p>A lock lifts boats from one level to the next.</p>');
  await writeFile(`${folder}/mills.txt`, 'A mill turns its wheel with falling water.\n');
}

/** A JSONL file that takes seconds to index. */
export async function writeLargeJsonl(file: string, documents: number): Promise<void> {
  const random = seededRandom(3);
  const words = Array.from({ length: 5000 }, () => Math.floor(random() * 1e9).toString(36));
  const text = (): string => Array.from({ length: 60 }, () => words[Math.floor(random() * words.length)]).join(' ');
  await writeFile(file, jsonLines(Array.from({ length: documents }, (_, at) => ({ _id: `d${at}`, text: text() }))));
}

function jsonLines(rows: readonly object[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}
