import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const subjects = ['river', 'weir', 'lock', 'boat', 'dam', 'bread', 'yeast', 'dough', 'moon', 'tide'];

/** Writes a BEIR folder of forty documents in pairs of subjects, and a query for each subject. */
export async function writeJudgedFolder(folder: string): Promise<void> {
  await mkdir(join(folder, 'qrels'), { recursive: true });
  const documents = Array.from({ length: 40 }, (_, at) => ({
    _id: `d${at}`,
    text: `the ${subjects[at % 10]} and the ${subjects[(3 * at + 1) % 10]}, part ${at}`,
  }));
  const lines = (values: readonly object[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('');
  await writeFile(join(folder, 'corpus.jsonl'), lines(documents));
  await writeFile(join(folder, 'queries.jsonl'), lines(subjects.map((text, at) => ({ _id: `q${at}`, text }))));
  const judged = documents.map(({ _id }, at) => `q${at % 10}\t${_id}\t1\n`);
  await writeFile(join(folder, 'qrels', 'test.tsv'), `query-id\tcorpus-id\tscore\n${judged.join('')}`);
}
