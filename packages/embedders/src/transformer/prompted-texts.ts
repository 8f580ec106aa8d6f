import type { TitledText } from '@sluice/core';
import type { TextSource } from '@sluice/inference';
import { inputText } from '../input-text.js';

/** Queries or documents as a model reads them: the prompt, then the title, then the text. Made one at a time. */
export function promptedTexts(inputs: readonly (string | TitledText)[], prompt: string, unit: string): TextSource {
  return {
    unit,
    length: inputs.length,
    prompt,
    text(index) {
      return prompt + inputText(inputs[index], unit, index);
    },
  };
}
