import { createHash } from 'node:crypto';
import type { Matrix } from '@sluice/core';
import type { CandidateEngine, CandidateEngines, VectorShape } from '@sluice/retrievers';
import { bytesThroughFile, readThroughFile } from './through-file.js';
import type { UsearchLibrary, UsearchNativeIndex } from './usearch-library.js';
import type { UsearchSettings } from './usearch-settings.js';

const METRICS = { cosine: 'cos', dot: 'ip', euclidean: 'l2sq' } as const;
const SCALARS = { float32: 'f32', float16: 'f16', bfloat16: 'bf16', int8: 'i8' } as const;
const SCALAR_BYTES = { float32: 4, float16: 2, bfloat16: 2, int8: 1 } as const;
/** One, so that the same additions give the same graph, and a search stays where its host put it. */
const THREADS = 1;
/** The least effort of a search. Asking for more candidates is what raises it: this cannot be changed later. */
const SEARCH_BEAM = 16;
/** A key, a level and the counts of links. */
const NODE_BYTES = 24;

/** Engines over USearch of one setting. */
export function usearchEngines({ Index }: UsearchLibrary, settings: UsearchSettings): CandidateEngines {
  const make = ({ dimensions, similarity }: VectorShape): UsearchNativeIndex =>
    new Index({
      dimensions,
      metric: METRICS[similarity],
      quantization: SCALARS[settings.precision],
      connectivity: settings.degree,
      expansion_add: settings.buildBeam,
      expansion_search: SEARCH_BEAM,
      multi: false,
    });
  return {
    kind: 'usearch',
    settings: { ...settings },
    create: (shape) => new UsearchEngine(make(shape), shape, settings),
    load(shape, bytes) {
      const index = make(shape);
      readThroughFile(bytes, (file) => index.load(file));
      return new UsearchEngine(index, shape, settings);
    },
    checksum: (bytes) => createHash('sha256').update(bytes).digest('hex'),
  };
}

class UsearchEngine implements CandidateEngine {
  readonly #index: UsearchNativeIndex;
  readonly #vectorBytes: number;

  constructor(index: UsearchNativeIndex, { dimensions }: VectorShape, { precision, degree }: UsearchSettings) {
    this.#index = index;
    this.#vectorBytes = dimensions * SCALAR_BYTES[precision] + 2 * degree * 4 + NODE_BYTES;
  }

  /** An estimate: the library does not tell. */
  get bytes(): number {
    return this.#index.size() * this.#vectorBytes;
  }

  add(labels: Uint32Array, { data }: Matrix): void {
    this.#index.add(BigUint64Array.from(labels, BigInt), data, THREADS);
  }

  propose(query: Float32Array, count: number): Uint32Array {
    const { keys } = this.#index.search(query, count, THREADS);
    return Uint32Array.from(keys, Number);
  }

  save(): Uint8Array {
    return bytesThroughFile((file) => this.#index.save(file));
  }
}
