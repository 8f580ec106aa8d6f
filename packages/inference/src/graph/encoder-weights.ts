import { ModelFileError } from '../errors/model-file-error.js';
import type { TensorPlace } from '../safetensors.js';
import type { EncoderConfig, EncoderFamily } from './encoder-config.js';
import type { SafetensorsFile } from './safetensors-file.js';

/** A linear map: `weight` is outputs x inputs, as PyTorch has it. */
export interface LinearWeights {
  readonly weight: TensorPlace;
  readonly bias: TensorPlace;
}

/** A layer normalisation: a factor and a summand for each column. */
export interface NormWeights {
  readonly factor: TensorPlace;
  readonly summand: TensorPlace;
}

/** One layer of an encoder, under one name for every family. */
export interface LayerWeights {
  readonly query: LinearWeights;
  readonly key: LinearWeights;
  readonly value: LinearWeights;
  readonly attended: LinearWeights;
  readonly attendedNorm: NormWeights;
  readonly intermediate: LinearWeights;
  readonly output: LinearWeights;
  readonly outputNorm: NormWeights;
}

/** Where an encoder's weights lie in its file, their shapes checked. */
export interface EncoderWeights {
  readonly words: TensorPlace;
  readonly positions: TensorPlace;
  readonly tokenTypes: TensorPlace | undefined;
  readonly embeddingNorm: NormWeights;
  /** Buckets x heads. */
  readonly relativeBias: TensorPlace | undefined;
  readonly layers: readonly LayerWeights[];
}

/** The names of one family: `{}` stands for the number of the layer. */
interface Names {
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly attended: string;
  readonly attendedNorm: string;
  readonly intermediate: string;
  readonly output: string;
  readonly outputNorm: string;
}

const bertNames: Names = {
  query: 'encoder.layer.{}.attention.self.query',
  key: 'encoder.layer.{}.attention.self.key',
  value: 'encoder.layer.{}.attention.self.value',
  attended: 'encoder.layer.{}.attention.output.dense',
  attendedNorm: 'encoder.layer.{}.attention.output.LayerNorm',
  intermediate: 'encoder.layer.{}.intermediate.dense',
  output: 'encoder.layer.{}.output.dense',
  outputNorm: 'encoder.layer.{}.output.LayerNorm',
};

const names: Readonly<Record<EncoderFamily, Names>> = {
  bert: bertNames,
  roberta: bertNames,
  distilbert: {
    query: 'transformer.layer.{}.attention.q_lin',
    key: 'transformer.layer.{}.attention.k_lin',
    value: 'transformer.layer.{}.attention.v_lin',
    attended: 'transformer.layer.{}.attention.out_lin',
    attendedNorm: 'transformer.layer.{}.sa_layer_norm',
    intermediate: 'transformer.layer.{}.ffn.lin1',
    output: 'transformer.layer.{}.ffn.lin2',
    outputNorm: 'transformer.layer.{}.output_layer_norm',
  },
  mpnet: {
    ...bertNames,
    query: 'encoder.layer.{}.attention.attn.q',
    key: 'encoder.layer.{}.attention.attn.k',
    value: 'encoder.layer.{}.attention.attn.v',
    attended: 'encoder.layer.{}.attention.attn.o',
    attendedNorm: 'encoder.layer.{}.attention.LayerNorm',
  },
};

/**
 * Finds an encoder's tensors, with or without the prefix that a model with a head puts before them.
 *
 * @throws {ModelFileError} one is missing, or has another shape than `config.json` says
 */
export function findEncoderWeights(file: SafetensorsFile, config: EncoderConfig): EncoderWeights {
  const { family, hidden, intermediate, vocabulary, positions, tokenTypes, relativeBuckets, heads } = config;
  const find = finder(file);
  const linear = (name: string, outputs: number, inputs: number): LinearWeights => ({
    weight: find([`${name}.weight`], [outputs, inputs]),
    bias: find([`${name}.bias`], [outputs]),
  });
  const norm = (name: string): NormWeights => ({
    factor: find([`${name}.weight`, `${name}.gamma`], [hidden]),
    summand: find([`${name}.bias`, `${name}.beta`], [hidden]),
  });
  const layer = (number: number): LayerWeights => {
    const at = (part: keyof Names): string => names[family][part].replace('{}', String(number));
    return {
      query: linear(at('query'), hidden, hidden),
      key: linear(at('key'), hidden, hidden),
      value: linear(at('value'), hidden, hidden),
      attended: linear(at('attended'), hidden, hidden),
      attendedNorm: norm(at('attendedNorm')),
      intermediate: linear(at('intermediate'), intermediate, hidden),
      output: linear(at('output'), hidden, intermediate),
      outputNorm: norm(at('outputNorm')),
    };
  };
  return {
    words: find(['embeddings.word_embeddings.weight'], [vocabulary, hidden]),
    positions: find(['embeddings.position_embeddings.weight'], [positions, hidden]),
    tokenTypes: tokenTypes > 0 ? find(['embeddings.token_type_embeddings.weight'], [tokenTypes, hidden]) : undefined,
    embeddingNorm: norm('embeddings.LayerNorm'),
    relativeBias:
      relativeBuckets > 0 ? find(['encoder.relative_attention_bias.weight'], [relativeBuckets, heads]) : undefined,
    layers: Array.from({ length: config.layers }, (_, number) => layer(number)),
  };
}

type Find = (names: readonly string[], shape: readonly number[]) => TensorPlace;

function finder({ tensors, path }: SafetensorsFile): Find {
  const known = 'embeddings.word_embeddings.weight';
  const prefix = [...tensors.keys()].find((name) => name.endsWith(known))?.slice(0, -known.length) ?? '';
  return (candidates, shape) => {
    const name = candidates.map((candidate) => `${prefix}${candidate}`).find((candidate) => tensors.has(candidate));
    const place = name === undefined ? undefined : tensors.get(name);
    if (!place) throw new ModelFileError({ file: path, problem: `the tensor '${prefix}${candidates[0]}' is missing` });
    if (place.shape.join() !== shape.join()) {
      const problem = `the tensor '${name}' is ${place.shape.join(' x ')} where config.json says ${shape.join(' x ')}`;
      throw new ModelFileError({ file: path, problem });
    }
    return place;
  };
}
