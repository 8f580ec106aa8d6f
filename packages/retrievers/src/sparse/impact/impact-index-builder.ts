import {
  type CallOptions,
  heaviestTerms,
  InvalidInputError,
  Pace,
  parseOptions,
  type SparseMatrix,
  sparseRowOf,
} from '@sluice/core';
import { z } from 'zod';
import { expectWeightMatrix } from './expect-weights.js';
import { ImpactIndex, type ImpactParts, type ImpactPrecision, type WindowDocuments } from './impact-index.js';
import { invertVectors, type OrdinalVector } from './invert-vectors.js';

/** What kind of impact index is built. */
export interface ImpactIndexOptions {
  /** Of the model that makes the vectors. */
  readonly fingerprint: string;
  /** Width of the vectors, 1 to 2^24. */
  readonly vocabularySize: number;
  /**
   * `uint8` and `uint16` keep weights as integers times one scale, exactly where all of them are integers that fit;
   * `float32` keeps them as they are.
   * @default 'uint8'
   */
  readonly precision?: ImpactPrecision | undefined;
  /**
   * The heaviest terms that are kept of a document; at least 1.
   * @default all
   */
  readonly documentTerms?: number | undefined;
  /**
   * Documents that share a bound. Fewer prune more and cost more bytes: of SPLADE-v3, 3.0 a posting with 256, 3.5 with
   * 128, 4.1 with 64, 4.8 with 32; windows scored for the top 10 of NFCorpus, 96, 89, 71 and 46%.
   * @default 128
   */
  readonly windowDocuments?: WindowDocuments | undefined;
}

interface ParsedOptions extends ImpactIndexOptions {
  readonly precision: ImpactPrecision;
  readonly windowDocuments: WindowDocuments;
}

const MAX_ORDINAL = 0xfffffffe;

const optionsSchema: z.ZodType<ParsedOptions, ImpactIndexOptions> = z
  .strictObject({
    fingerprint: z.string().min(1).max(1000),
    vocabularySize: z
      .int()
      .min(1)
      .max(2 ** 24),
    precision: z.enum(['uint8', 'uint16', 'float32']).default('uint8'),
    documentTerms: z.int().min(1).optional(),
    windowDocuments: z.union([z.literal(32), z.literal(64), z.literal(128), z.literal(256)]).default(128),
  })
  .meta({ title: 'ImpactIndexBuilder' });

/**
 * Collects sparse vectors and makes an {@link ImpactIndex} of them. The same vectors give the same bytes.
 *
 * Use it once: after `build` or `buildInSlices`, drop it. Memory while building: 16 bytes a non-zero.
 *
 * @example
 * const builder = new ImpactIndexBuilder({ fingerprint: embedder.fingerprint, vocabularySize: embedder.vocabularySize });
 * builder.add(ordinals, await embedder.encodeDocuments(texts));
 * const index = builder.build();
 */
export class ImpactIndexBuilder {
  readonly #options: ParsedOptions;
  readonly #vectors: OrdinalVector[] = [];
  #documents = 0;
  #size = 0;

  /** @throws {InvalidOptionsError} an option is out of range */
  constructor(options: ImpactIndexOptions) {
    this.#options = parseOptions(optionsSchema, options);
  }

  /**
   * Adds documents: row r of `vectors` is that of `ordinals[r]`. An ordinal counts even when its row is empty.
   *
   * All or nothing: when a row is refused, none is added.
   *
   * @param ordinals rising, above those of the call before, at most 2^32 - 2
   * @throws {InvalidInputError} an ordinal or a vector is not as it must be; `row` names it
   */
  add(ordinals: Uint32Array, vectors: SparseMatrix): void {
    const { vocabularySize, documentTerms } = this.#options;
    this.#expectOrdinals(ordinals, vectors.rows);
    expectWeightMatrix('vectors', vectors, vocabularySize);
    for (const [row, ordinal] of ordinals.entries()) {
      const own = sparseRowOf(vectors, row);
      const { indices, values } = documentTerms === undefined ? own : heaviestTerms(own, documentTerms);
      // Copied: rows are views of a batch that the caller may write to.
      this.#vectors.push({ ordinal, indices: indices.slice(), values: values.slice() });
      if (indices.length > 0) this.#documents++;
      this.#size = ordinal + 1;
    }
  }

  /** The index. Synchronous: about 30 ms for a million non-zeros; {@link buildInSlices} gives up the thread in between. */
  build(): ImpactIndex {
    const steps = this.#invert();
    for (let step = steps.next(); ; step = steps.next()) if (step.done) return this.#index(step.value);
  }

  /**
   * The same index, without holding the thread for long.
   *
   * @throws the signal's `reason`, once it has fired
   */
  async buildInSlices({ signal }: CallOptions = {}): Promise<ImpactIndex> {
    signal?.throwIfAborted();
    const pace = new Pace(signal);
    const steps = this.#invert();
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done) return this.#index(step.value);
      if (pace.due) await pace.rest();
    }
  }

  #invert(): ReturnType<typeof invertVectors> {
    const { vocabularySize, windowDocuments, precision } = this.#options;
    return invertVectors(this.#vectors, { columns: vocabularySize, windowDocuments, precision });
  }

  #index(parts: Omit<ImpactParts, 'fingerprint' | 'documents'>): ImpactIndex {
    return new ImpactIndex({ ...parts, fingerprint: this.#options.fingerprint, documents: this.#documents });
  }

  #expectOrdinals(ordinals: Uint32Array, rows: number): void {
    if (ordinals.length !== rows) {
      const problem = `there are ${ordinals.length} ordinals and ${rows} vectors`;
      throw new InvalidInputError({ source: 'ordinals' }, problem, 'Give each vector one ordinal.');
    }
    let least = this.#size;
    for (const [row, ordinal] of ordinals.entries()) {
      if (ordinal < least || ordinal > MAX_ORDINAL) {
        const problem = `the ordinal ${ordinal} is not between ${least} and ${MAX_ORDINAL}`;
        throw new InvalidInputError({ source: 'ordinals', row }, problem, 'Add documents in rising order of ordinals.');
      }
      least = ordinal + 1;
    }
  }
}
