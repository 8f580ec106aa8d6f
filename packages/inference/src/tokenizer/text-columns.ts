import type { TextTask } from './text-task.js';

/** Texts on their way to a tokenizer, as columns of one length. */
export interface TextColumns {
  readonly texts: readonly string[];
  readonly tasks: readonly TextTask[];
}
