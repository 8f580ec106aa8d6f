import type { ModelFolder } from '@sluice/inference';

/**
 * The prompt that a model's author prescribes for a kind of input: the first of `names` that is not empty, else none.
 *
 * As in sentence-transformers' `encode_query` and `encode_document`, which never take the default prompt; but there an
 * empty prompt `document`, which it adds to every folder that it saves, hides a `passage` of the author's.
 */
export function promptFor({ prompts }: Pick<ModelFolder, 'prompts'>, names: readonly string[]): string {
  const name = names.find((candidate) => Object.hasOwn(prompts, candidate) && prompts[candidate] !== '');
  return name === undefined ? '' : (prompts[name] ?? '');
}
