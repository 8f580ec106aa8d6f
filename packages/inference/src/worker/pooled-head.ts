import { ModelFileError } from '../errors/model-file-error.js';
import type { PooledHeadSpec } from '../folder/head-spec.js';
import type { TransformerFolder } from '../folder/model-folder.js';
import { pool } from '../pooling.js';
import { TokenMark, type TokenSequences } from '../tokenizer/token-sequences.js';
import { oneVectorEach } from './encoded-texts.js';
import type { GraphOutput } from './graph-session.js';
import type { Head } from './head.js';
import { openVectorSteps, type VectorSteps } from './vector-steps.js';

/** One vector a text: pooled over its tokens, then sent through dense layers and normalisation. */
export async function openPooledHead(spec: PooledHeadSpec, folder: TransformerFolder): Promise<Head> {
  const { poolings } = spec;
  const columns = folder.hiddenSize;
  const steps: VectorSteps = await openVectorSteps(spec.steps, columns * poolings.length);
  return {
    dimensions: steps.outputs,
    outputs: ['last_hidden_state', 'token_embeddings', 'sentence_embedding'],
    numbersAToken: columns,
    apply(output) {
      return oneVectorEach(steps.apply(pooled(output)), output.lengths.length);
    },
  };

  /** Some graphs pool by themselves: then the output has a row for each text. */
  function pooled({ data, dims, lengths, tokens, paddingSide, batch }: GraphOutput): Float32Array<ArrayBuffer> {
    const rows = lengths.length;
    if (dims.length === 2 && data.length % rows === 0) return new Float32Array(data);
    if (data.length !== rows * tokens * columns) {
      throw new ModelFileError({
        file: folder.weightsFile,
        problem: `its output has the shape ${dims.join(' x ')}, not ${rows} x ${tokens} x ${columns}`,
      });
    }
    return pool({ data, rows, tokens, columns, lengths, paddingSide, ...unscoredBeginnings(batch) }, poolings);
  }
}

function unscoredBeginnings({ offsets, marks }: TokenSequences): { skipped?: Uint32Array } {
  if (!marks) return {};
  const skipped = new Uint32Array(offsets.length - 1);
  for (let text = 0; text < skipped.length; text++) {
    let token = offsets[text] ?? 0;
    while (token < (offsets[text + 1] ?? 0) && ((marks[token] ?? 0) & TokenMark.unscored) !== 0) token += 1;
    skipped[text] = token - (offsets[text] ?? 0);
  }
  return { skipped };
}
