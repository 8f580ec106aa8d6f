import { heaviestTerms } from '@sluice/core';
import { ModelFileError } from '../errors/model-file-error.js';
import type { SparseHeadSpec } from '../folder/head-spec.js';
import type { TransformerFolder } from '../folder/model-folder.js';
import { TERMS_A_STEP } from '../graph/term-head.js';
import type { EncodedTexts } from './encoded-texts.js';
import type { GraphOutput } from './graph-session.js';
import type { Head } from './head.js';

/**
 * One sparse vector over the vocabulary a text: log(1 + ReLU(logit)), its maximum or sum over the text's tokens.
 *
 * Padding has no part, whatever its logits. Logarithm and ReLU never fall, so the maximum is taken first and saturated
 * once a term.
 *
 * Source: SPLADE, arXiv 2107.05720 (sum) and 2109.10086 (maximum); two logarithms as in arXiv 2504.14839.
 */
export function sparseHead(spec: SparseHeadSpec, { weightsFile, graphFile }: TransformerFolder): Head {
  const { vocabularySize: columns, pooling, saturation, maxActiveDimensions = columns, output: finished } = spec;
  const saturate = saturation === 'log' ? saturateOnce : saturateTwice;
  const weights = new Float64Array(columns);
  return {
    dimensions: columns,
    outputs: finished === undefined ? ['logits', 'sentence_embedding'] : [finished],
    // A graph that pools by itself never has all terms of all tokens at once.
    numbersAToken: graphFile === undefined && finished === undefined ? columns : Math.min(columns, TERMS_A_STEP),
    apply(output) {
      const { dims, lengths } = output;
      const columnsFound = dims.at(-1);
      if (columnsFound !== columns || (dims.length !== 2 && dims.length !== 3) || dims[0] !== lengths.length) {
        throw new ModelFileError({
          file: weightsFile,
          problem: `its output has the shape ${dims.join(' x ')}, where ${columns} logits a token are needed`,
          advice: 'Export it with its masked language model head (the task fill-mask).',
        });
      }
      const rows = new SparseRows(lengths.length, maxActiveDimensions);
      for (let row = 0; row < lengths.length; row++) {
        weights.fill(0);
        // A graph that pools by itself has one row a text, saturated already.
        if (dims.length === 2) weights.set(output.data.subarray(row * columns, (row + 1) * columns));
        else if (pooling === 'max') largest(tokensOf(output, row, columns), weights, saturate);
        else addUp(tokensOf(output, row, columns), weights, saturate);
        rows.add(weights);
      }
      return rows.finish();
    },
  };
}

type Saturate = (logit: number) => number;

const saturateOnce: Saturate = (logit) => Math.log1p(logit);
const saturateTwice: Saturate = (logit) => Math.log1p(Math.log1p(logit));

/** Logits of the real tokens of one text, row-major. */
function tokensOf({ data, lengths, tokens, paddingSide }: GraphOutput, row: number, columns: number): Float32Array {
  const length = lengths[row] ?? 0;
  const first = row * tokens + (paddingSide === 'left' ? tokens - length : 0);
  return data.subarray(first * columns, (first + length) * columns);
}

function largest(logits: Float32Array, weights: Float64Array, saturate: Saturate): void {
  const columns = weights.length;
  for (let start = 0; start < logits.length; start += columns) {
    for (let column = 0; column < columns; column++) {
      const logit = logits[start + column] ?? 0;
      if (logit > (weights[column] ?? 0)) weights[column] = logit;
    }
  }
  for (let column = 0; column < columns; column++) {
    const logit = weights[column] ?? 0;
    if (logit > 0) weights[column] = saturate(logit);
  }
}

function addUp(logits: Float32Array, weights: Float64Array, saturate: Saturate): void {
  const columns = weights.length;
  for (let start = 0; start < logits.length; start += columns) {
    for (let column = 0; column < columns; column++) {
      const logit = logits[start + column] ?? 0;
      if (logit > 0) weights[column] = (weights[column] ?? 0) + saturate(logit);
    }
  }
}

/** Rows in compressed form, collected one by one. */
class SparseRows {
  readonly #offsets: Uint32Array<ArrayBuffer>;
  readonly #mostTerms: number;
  readonly #indices: Uint32Array[] = [];
  readonly #values: Float32Array[] = [];

  constructor(rows: number, mostTerms: number) {
    this.#offsets = new Uint32Array(rows + 1);
    this.#mostTerms = mostTerms;
  }

  /** Keeps what is above 0, once rounded to float32: the heaviest terms. */
  add(weights: Float64Array): void {
    const indices: number[] = [];
    const values: number[] = [];
    for (let column = 0; column < weights.length; column++) {
      const weight = Math.fround(weights[column] ?? 0);
      if (!(weight > 0)) continue;
      indices.push(column);
      values.push(weight);
    }
    const vector = { indices: Uint32Array.from(indices), values: Float32Array.from(values) };
    const kept = heaviestTerms(vector, this.#mostTerms);
    const row = this.#indices.push(kept.indices);
    this.#values.push(kept.values);
    this.#offsets[row] = (this.#offsets[row - 1] ?? 0) + kept.indices.length;
  }

  finish(): EncodedTexts {
    const entries = this.#offsets.at(-1) ?? 0;
    const indices = new Uint32Array(entries);
    const values = new Float32Array(entries);
    this.#indices.forEach((part, row) => {
      indices.set(part, this.#offsets[row]);
      values.set(this.#values[row] ?? [], this.#offsets[row]);
    });
    return { offsets: this.#offsets, indices, values };
  }
}
