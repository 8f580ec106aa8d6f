import { ModelFileError } from '../errors/model-file-error.js';
import type { TokenVectorHeadSpec } from '../folder/head-spec.js';
import type { TransformerFolder } from '../folder/model-folder.js';
import { TokenMark } from '../tokenizer/token-sequences.js';
import type { EncodedTexts } from './encoded-texts.js';
import type { GraphOutput } from './graph-session.js';
import type { Head } from './head.js';
import { mergeVectors } from './merge-vectors.js';
import { openVectorSteps } from './vector-steps.js';

/**
 * One vector for each token that counts, projected and normalised, similar ones perhaps merged.
 *
 * Source: ColBERT, arXiv 2004.12832; merging as in arXiv 2409.14683.
 */
export async function openTokenVectorHead(spec: TokenVectorHeadSpec, folder: TransformerFolder): Promise<Head> {
  const { hiddenSize, weightsFile } = folder;
  const steps = await openVectorSteps(spec.steps, hiddenSize);
  // In some graphs the projection is done already.
  const projected = await openVectorSteps(
    spec.steps.filter(({ kind }) => kind === 'normalize'),
    steps.outputs,
  );
  // Only documents or only queries may be merged, which the marks of their tokens say; how it is done is one.
  const merging = spec.documents.merging ?? spec.queries.merging;
  return {
    dimensions: steps.outputs,
    outputs: ['token_embeddings', 'last_hidden_state', 'contextual'],
    numbersAToken: Math.max(hiddenSize, steps.outputs),
    apply(output) {
      const { dims, lengths, tokens } = output;
      const width = dims[2];
      if (dims.length !== 3 || dims[1] !== tokens || (width !== hiddenSize && width !== steps.outputs)) {
        throw new ModelFileError({
          file: weightsFile,
          problem: `its output has the shape ${dims.join(' x ')}, not ${lengths.length} x ${tokens} x ${hiddenSize}`,
        });
      }
      const { offsets, values, marks } = scoredTokens(output, width);
      const vectors = (width === hiddenSize ? steps : projected).apply(values);
      const encoded = { offsets, indices: new Uint32Array(0), values: vectors };
      return merging ? mergeVectors(encoded, marks, merging) : encoded;
    },
  };
}

/** Vectors of the tokens that count, and their marks. */
function scoredTokens(
  { data, batch, lengths, tokens, paddingSide }: GraphOutput,
  width: number,
): Omit<EncodedTexts, 'indices'> & { readonly marks: Uint8Array } {
  const marks = batch.marks ?? new Uint8Array(batch.ids.length);
  const scored = marks.filter((mark) => (mark & TokenMark.unscored) === 0);
  const offsets = new Uint32Array(lengths.length + 1);
  const values = new Float32Array(scored.length * width);
  let at = 0;
  for (let row = 0; row < lengths.length; row++) {
    const first = row * tokens + (paddingSide === 'left' ? tokens - (lengths[row] ?? 0) : 0);
    for (let token = 0; token < (lengths[row] ?? 0); token++) {
      if (((marks[(batch.offsets[row] ?? 0) + token] ?? 0) & TokenMark.unscored) !== 0) continue;
      values.set(data.subarray((first + token) * width, (first + token + 1) * width), at * width);
      at += 1;
    }
    offsets[row + 1] = at;
  }
  return { offsets, values, marks: scored };
}
