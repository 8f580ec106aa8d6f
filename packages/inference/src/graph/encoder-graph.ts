import { Pace } from '@sluice/core';
import type { EncoderConfig } from './encoder-config.js';
import type { EncoderWeights, LayerWeights, LinearWeights } from './encoder-weights.js';
import { numbers } from './float-maps.js';
import { type GraphRecipe, graphMaps } from './graph-maps.js';
import { type LabelHead, writeLabelHead } from './label-head.js';
import { type LateMatrix, spread, storedMatrix, withZeroRows } from './late-matrix.js';
import type { LinearMaps, Normed } from './linear-maps.js';
import { OnnxGraph } from './onnx-graph.js';
import type { ProtobufMessage } from './protobuf-message.js';
import { relativeBias } from './relative-bias.js';
import type { SafetensorsFile } from './safetensors-file.js';
import { type TermHead, transformMatrix, writeTermHead } from './term-head.js';
import { vectorConstant } from './weight-constants.js';

/** How a graph's weights are stored and multiplied: `float16` stores halves and computes in float32. */
export type GraphPrecision = 'float32' | 'float16' | 'int8';

const FLOAT = 1;
const INT32 = 6;
const own = { domain: 'com.microsoft' } as const;
/** What is added to the score of a token that is padding: after the softmax, nothing is left of it. */
const PENALTY = 10_000;

/** An encoder that is to be written. */
export interface EncoderSource {
  readonly file: SafetensorsFile;
  readonly config: EncoderConfig;
  readonly weights: EncoderWeights;
  /** What is written behind the encoder: then the graph ends in weights of terms. */
  readonly terms?: TermHead | undefined;
  /** A classifier's head instead: then the graph ends in logits. */
  readonly labels?: LabelHead | undefined;
}

/**
 * The graph of an encoder: `input_ids` and `attention_mask` (int32, batch x tokens) in, `last_hidden_state` (batch x
 * tokens x hidden) out, or with a head `sentence_embedding` (batch x vocabulary) or `logits` (batch x labels). A
 * classifier of a family with token types takes `token_type_ids` too; in all others, tokens are of type 0. Rows are padded
 * on the right, or, but for classifiers, on either side where the family counts positions from the left edge.
 *
 * Padding is masked without a mask: each head has one column more, which is the same number in every query and a large
 * negative one in the key of a token that is padding. So ONNX Runtime takes its fused attention for every batch, which
 * it does not take with a mask.
 */
export async function encoderGraph(source: EncoderSource, recipe: GraphRecipe): Promise<ProtobufMessage> {
  const graph = new OnnxGraph();
  const axes = ['batch', 'tokens'];
  const ids = graph.input({ name: 'input_ids', type: 'int32', axes });
  const mask = graph.input({ name: 'attention_mask', type: 'int32', axes });
  const { terms, labels, config } = source;
  const types =
    labels && config.tokenTypes > 1 ? graph.input({ name: 'token_type_ids', type: 'int32', axes }) : undefined;
  const writer = new EncoderWriter(graph, source, recipe, { ids, mask, types });
  if (labels) {
    const [count = 0] = labels.weights.labels.weight.shape;
    const logits = await writeLabelHead(labels, await writer.writeFirst(), graph);
    graph.output(logits, { name: 'logits', type: 'float32', axes: ['batch', count] });
  } else if (terms) {
    const weights = await writer.writeTerms(terms);
    graph.output(weights, { name: 'sentence_embedding', type: 'float32', axes: ['batch', config.vocabulary] });
  } else {
    const { value } = await writer.write([]);
    graph.output(value, { name: 'last_hidden_state', type: 'float32', axes: [...axes, config.hidden] });
  }
  return graph.finish({ precision: recipe.precision });
}

/** Values that the caller supplies; `types` where tokens are of several. */
interface EncoderInputs {
  readonly ids: string;
  readonly mask: string;
  readonly types: string | undefined;
}

class EncoderWriter {
  readonly #graph: OnnxGraph;
  readonly #source: EncoderSource;
  readonly #maps: LinearMaps;
  readonly #inputs: EncoderInputs;

  constructor(graph: OnnxGraph, source: EncoderSource, recipe: GraphRecipe, inputs: EncoderInputs) {
    this.#graph = graph;
    this.#source = source;
    this.#inputs = inputs;
    this.#maps = graphMaps(graph, source, recipe);
  }

  /**
   * @param last the matrices that will map what comes out
   * @param rows whose vectors are wanted: the last layer does nothing for the others
   */
  async write(last: readonly LateMatrix[], rows: 'all tokens' | 'first token' = 'all tokens'): Promise<Normed> {
    const { weights, config, file } = this.#source;
    const penalty = this.#penalty();
    const tokens = this.#graph.node('Shape', [this.#inputs.ids], { integers: { start: 1, end: 2 } });
    const bias = weights.relativeBias
      ? relativeBias(this.#graph, await file.rows(weights.relativeBias, 0, config.relativeBuckets), config, tokens)
      : '';
    const blocks = weights.layers.map((layer) => this.#block(layer));
    let current = await this.#maps.norm(await this.#embedded(tokens), weights.embeddingNorm, blocks[0]?.readers ?? []);
    for (const [number, layer] of weights.layers.entries()) {
      const block = blocks[number] ?? this.#block(layer);
      const isLast = number === weights.layers.length - 1;
      const wanted = (value: string, axis: number): string =>
        isLast && rows === 'first token' ? this.#first(value, axis) : value;
      const attended = await this.#attention(block, layer, current, { penalty, bias, wanted });
      const middle = await this.#maps.norm(this.#plus(attended, wanted(current.value, 1)), layer.attendedNorm, [
        block.intermediate,
      ]);
      const output = await this.#feedForward(block, layer, middle);
      const readers = blocks[number + 1]?.readers ?? last;
      current = await this.#maps.norm(this.#plus(output, middle.value), layer.outputNorm, readers);
    }
    return current;
  }

  /** The vectors of first tokens: batch x 1 x hidden. */
  async writeFirst(): Promise<string> {
    const { value } = await this.write([], 'first token');
    return value;
  }

  /** The encoder and a head behind it. */
  async writeTerms(terms: TermHead): Promise<string> {
    const transform = transformMatrix(terms);
    const hidden = await this.write([transform]);
    return writeTermHead(terms, transform, hidden, {
      graph: this.#graph,
      maps: this.#maps,
      mask: this.#inputs.mask,
      activation: (value) => this.#activation(value),
    });
  }

  /** The matrices of a layer; those of queries and keys with the column for padding. */
  #block(layer: LayerWeights): Block {
    const { file, config } = this.#source;
    const query = withZeroRows(storedMatrix(file, layer.query.weight), config.heads);
    const key = withZeroRows(storedMatrix(file, layer.key.weight), config.heads);
    const value = storedMatrix(file, layer.value.weight);
    const intermediate = storedMatrix(file, layer.intermediate.weight);
    return { query, key, value, intermediate, readers: [query, key, value] };
  }

  /** 0 for a token, and in the last column of each head a large negative number for padding: batch x tokens x keys. */
  #penalty(): string {
    const { heads, hidden } = this.#source.config;
    const graph = this.#graph;
    const real = graph.node('Cast', [this.#inputs.mask], { integers: { to: FLOAT } });
    const padding = graph.node('Sub', [real, graph.scalar(1)]);
    const column = graph.node('Unsqueeze', [padding, graph.integers([2])]);
    const pattern = spread(new Float32Array(hidden), heads, 1, PENALTY);
    return graph.node('Mul', [column, graph.constant(vectorConstant(pattern))]);
  }

  /** What stands first along an axis. */
  #first(value: string, axis: number): string {
    const graph = this.#graph;
    return graph.node('Slice', [value, graph.integers([0]), graph.integers([1]), graph.integers([axis])]);
  }

  /** Vectors of words, positions and token types, added. */
  async #embedded(tokens: string): Promise<string> {
    const { file, config, weights } = this.#source;
    const graph = this.#graph;
    const { positions, hidden } = config;
    const { types } = this.#inputs;
    const table = await file.rows(weights.positions, 0, positions);
    if (weights.tokenTypes && types === undefined) {
      const type = await file.rows(weights.tokenTypes, 0, 1);
      const pace = new Pace();
      for (let start = 0; start < table.length; start += hidden) {
        for (let at = 0; at < hidden; at++) table[start + at] = (table[start + at] ?? 0) + (type[at] ?? 0);
        if (pace.due) await pace.rest();
      }
    }
    const placed = this.#plus(
      this.#maps.words(this.#inputs.ids),
      this.#positioned(graph.constant(vectorConstant(table, [positions, hidden])), tokens),
    );
    if (!weights.tokenTypes || types === undefined) return placed;
    const vectors = await file.rows(weights.tokenTypes, 0, config.tokenTypes);
    const ofType = graph.constant(vectorConstant(vectors, [config.tokenTypes, hidden]));
    return this.#plus(placed, graph.node('Gather', [ofType, types]));
  }

  /** The row of `table` for each token. */
  #positioned(table: string, tokens: string): string {
    const graph = this.#graph;
    const { paddingId } = this.#source.config;
    if (paddingId === undefined) return graph.node('Slice', [table, graph.integers([0]), tokens, graph.integers([0])]);
    const padding = graph.constant({
      type: 'int32',
      shape: [],
      bytes: new Uint8Array(Int32Array.of(paddingId).buffer),
    });
    const counts = graph.node('Not', [graph.node('Equal', [this.#inputs.ids, padding])]);
    const counted = graph.node('Cast', [counts], { integers: { to: INT32 } });
    const number = graph.node('Mul', [graph.node('CumSum', [counted, graph.integers([1])]), counted]);
    return graph.node('Gather', [table, this.#plus(number, padding)]);
  }

  async #attention(
    block: Block,
    layer: LayerWeights,
    input: Normed,
    { penalty, bias, wanted }: AttentionParts,
  ): Promise<string> {
    const { heads, hidden } = this.#source.config;
    const scale = 1 / Math.sqrt(hidden / heads);
    const query = input.map(block.query, spread(await this.#bias(layer.query), heads, 1, 1 / scale));
    // The bias of the keys adds the same to all scores of a query, so the softmax does not see it.
    const key = this.#plus(input.map(block.key), penalty);
    const value = input.map(block.value, await this.#bias(layer.value));
    const inputs = [wanted(query, 1), key, value, ...(bias ? ['', '', wanted(bias, 2)] : [])];
    const gathered = this.#graph.node('MultiHeadAttention', inputs, {
      ...own,
      integers: { num_heads: heads },
      floats: { scale },
    });
    return this.#maps.attended(
      gathered,
      storedMatrix(this.#source.file, layer.attended.weight),
      await this.#bias(layer.attended),
    );
  }

  async #feedForward(block: Block, layer: LayerWeights, input: Normed): Promise<string> {
    const widened = input.map(block.intermediate, await this.#bias(layer.intermediate));
    const matrix = storedMatrix(this.#source.file, layer.output.weight);
    return this.#maps.activated(this.#activation(widened), matrix, await this.#bias(layer.output));
  }

  #activation(value: string): string {
    switch (this.#source.config.activation) {
      case 'gelu':
        return this.#graph.node('Gelu', [value], own);
      case 'tanh gelu':
        return this.#graph.node('FastGelu', [value], own);
      case 'relu':
        return this.#graph.node('Relu', [value]);
    }
  }

  #bias({ bias }: LinearWeights): Promise<Float32Array> {
    return numbers(this.#source.file, bias);
  }

  #plus(one: string, other: string): string {
    return this.#graph.node('Add', [one, other]);
  }
}

/** What the attention of a layer reads besides vectors. */
interface AttentionParts {
  readonly penalty: string;
  readonly bias: string;
  /** What is left of queries, which stand along `axis`, where not all of their vectors are wanted. */
  readonly wanted: (value: string, axis: number) => string;
}

/** The matrices of a layer that read a normalised vector. */
interface Block {
  readonly query: ReturnType<typeof storedMatrix>;
  readonly key: ReturnType<typeof storedMatrix>;
  readonly value: ReturnType<typeof storedMatrix>;
  readonly intermediate: ReturnType<typeof storedMatrix>;
  readonly readers: readonly ReturnType<typeof storedMatrix>[];
}
