import type { SecondText } from './second-text.js';
import type { TextTask } from './text-task.js';

/** Texts on their way to a tokenizer, as columns of one length. */
export interface TextColumns {
  readonly texts: readonly string[];
  readonly tasks: readonly TextTask[];
  /** What each text begins with that is not its own: some models read it and leave it out of the result. */
  readonly prompts: readonly string[];
  /** What is read together with each text, by models of pairs. */
  readonly seconds?: readonly SecondText[];
}
