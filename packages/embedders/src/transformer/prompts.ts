import type { ModelFolder } from '@sluice/inference';

/**
 * The prompt that a model's author prescribes for a kind of input: the first of `names` that exists, else the default
 * prompt, else none. As in sentence-transformers' `encode_query` and `encode_document`.
 */
export function promptFor(
  { prompts, defaultPrompt }: Pick<ModelFolder, 'prompts' | 'defaultPrompt'>,
  names: readonly string[],
): string {
  const name = names.find((candidate) => Object.hasOwn(prompts, candidate)) ?? defaultPrompt;
  return name === undefined ? '' : (prompts[name] ?? '');
}
