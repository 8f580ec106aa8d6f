import { ModelFileError } from '../errors/model-file-error.js';
import type { PairHeadSpec } from '../folder/head-spec.js';
import type { TransformerFolder } from '../folder/model-folder.js';
import { oneVectorEach } from './encoded-texts.js';
import type { Head } from './head.js';

/** The logits of a sequence classifier, as the graph gives them: one number a label. */
export function pairHead({ labels }: PairHeadSpec, { weightsFile }: TransformerFolder): Head {
  return {
    dimensions: labels,
    outputs: ['logits'],
    numbersAToken: 1,
    apply({ data, dims, lengths }) {
      if (dims.length !== 2 || dims[0] !== lengths.length || dims[1] !== labels) {
        throw new ModelFileError({
          file: weightsFile,
          problem: `its output has the shape ${dims.join(' x ')}, not ${lengths.length} x ${labels}`,
          advice: 'Export it with its classification head (the task text-classification).',
        });
      }
      return oneVectorEach(new Float32Array(data), lengths.length);
    },
  };
}
