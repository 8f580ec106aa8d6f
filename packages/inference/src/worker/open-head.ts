import type { HeadSpec } from '../folder/head-spec.js';
import type { TransformerFolder } from '../folder/model-folder.js';
import type { Head } from './head.js';
import { pairHead } from './pair-head.js';
import { openPooledHead } from './pooled-head.js';
import { sparseHead } from './sparse-head.js';
import { openTokenVectorHead } from './token-vector-head.js';

/**
 * The head that a model's configuration asks for.
 *
 * @throws {ModelFileError} its weights are missing or broken
 */
export async function openHead(spec: HeadSpec, folder: TransformerFolder): Promise<Head> {
  switch (spec.kind) {
    case 'pooled':
      return openPooledHead(spec, folder);
    case 'sparse':
      return sparseHead(spec, folder);
    case 'token vectors':
      return openTokenVectorHead(spec, folder);
    case 'pairs':
      return pairHead(spec, folder);
  }
}
