import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder of judged collections and models. */
export const shared = process.env.SLUICE_SHARED ?? fileURLToPath(new URL('../../shared', import.meta.url));

/** English collections with judgements of the kind that the defaults are meant for; those that are there. */
export const collections = [
  'scifact',
  'cranfield',
  'cacm',
  'med',
  'cystic-fibrosis',
  'pubmedqa',
  'cosqa-code',
  'msmarco-dl19-pool',
  'xquad-en',
].filter((name) => existsSync(`${shared}/data/beir/${name}/corpus.jsonl`));
