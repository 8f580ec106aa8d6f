import { cp, mkdtemp, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { writeTinyBeir } from '../cli/tiny-collection.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Makes a folder below `test`, so that packages resolve in it. */
export function scratchFolder(): Promise<string> {
  return mkdtemp(`${root}test/.scratch-`);
}

/**
 * Makes the folder that a page is read in: the project's `docs`, a judged collection as the folder `judged`, and its
 * queries and judgements as `queries.jsonl` and `qrels.tsv`. What a page's commands make is there for its later blocks.
 */
export async function pageFolder(scratch: string, page: string): Promise<string> {
  const folder = `${scratch}/${page.replace(/\W+/g, '-')}`;
  await cp(`${root}docs`, `${folder}/docs`, { recursive: true });
  await writeTinyBeir(`${folder}/judged`);
  await cp(`${folder}/judged/queries.jsonl`, `${folder}/queries.jsonl`);
  await cp(`${folder}/judged/qrels/test.tsv`, `${folder}/qrels.tsv`);
  await writeFile(`${folder}/package.json`, JSON.stringify({ private: true, type: 'module' }));
  return folder;
}
