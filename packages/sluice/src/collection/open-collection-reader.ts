import {
  type CallOptions,
  compareUtf8,
  type Document,
  type DocumentSpace,
  type Embedder,
  type Filter,
  InvalidInputError,
  InvalidOptionsError,
  type OnProgress,
  Pipeline,
  parseOptions,
  parsePipeline,
  pipeline,
  type Query,
  type Ranking,
  type Retriever,
  type SparseEmbedder,
  type StageSpec,
  type Trace,
} from '@sluice/core';
import { type Snapshot, StoreClosedError } from '@sluice/store';
import { z } from 'zod';
import type { Collection, Passage, PipelineChoice, SearchOptions } from './collection.js';
import { hybridOf, lexicalOf, missingVectors, standardPipeline, threefoldOf } from './ready-pipelines.js';
import { type SourceMaker, stageTypes } from './stage-types.js';

/** What an open collection is made of. */
export interface OpenCollectionParts {
  readonly snapshot: Snapshot;
  readonly maker: SourceMaker;
  readonly embedder: Embedder | undefined;
  readonly sparse: SparseEmbedder | undefined;
  /** The collection's own default. */
  readonly standard: StageSpec | undefined;
}

/** Names and kinds only: what a value means is checked where it is used. A misspelled name must not be ignored. */
const searchOptions: z.ZodType<SearchOptions> = z
  .strictObject({
    topK: z.number().optional(),
    filter: z.custom<Filter>().optional(),
    pipeline: z.custom<PipelineChoice>().optional(),
    signal: z.instanceof(AbortSignal, { error: 'it is not an AbortSignal' }).optional(),
    onProgress: z.custom<OnProgress>().optional(),
    trace: z.custom<Trace>().optional(),
  })
  .pipe(z.custom<SearchOptions>())
  .meta({ title: 'search' });

/** A snapshot with its sources: what `openCollection` returns. */
export class OpenCollection implements Collection {
  readonly sources: Collection['sources'];
  readonly #snapshot: Snapshot;
  readonly #maker: SourceMaker;
  readonly #embedder: Embedder | undefined;
  readonly #sparse: SparseEmbedder | undefined;
  readonly #standard: StageSpec | undefined;
  readonly #ready: ReadonlyMap<string, Pipeline>;
  #closed = false;

  constructor({ snapshot, maker, embedder, sparse, standard }: OpenCollectionParts) {
    this.#snapshot = snapshot;
    this.#maker = maker;
    this.#embedder = embedder;
    this.#sparse = sparse;
    this.#standard = standard;
    const bm25 = maker.bm25({});
    this.sources = {
      bm25,
      ...(embedder && { dense: maker.dense() }),
      ...(sparse && { splade: maker.splade() }),
    };
    this.#ready = readyPipelines(this.sources);
  }

  get size(): number {
    return this.#snapshot.space.size;
  }

  get space(): DocumentSpace {
    return this.#snapshot.space;
  }

  get pipelines(): readonly string[] {
    return [...this.#ready.keys()];
  }

  pipeline(choice: PipelineChoice = this.#standard ?? standardPipeline(this.sources)): Pipeline {
    if (typeof choice === 'string') return this.#ready.get(choice) ?? this.#refuse(choice);
    if (choice instanceof Pipeline) return choice;
    if ('retrieve' in choice) return pipeline(choice);
    return parsePipeline(choice, stageTypes(), this.#maker);
  }

  async search(query: string | Query, options: SearchOptions = {}): Promise<Passage[]> {
    const asked = typeof query === 'string' ? { text: query } : query;
    if (typeof asked?.text !== 'string') throw notAQuery();
    const [ranking] = await this.retrieve([asked], options);
    return ranking ? this.#passages(ranking, options) : [];
  }

  async retrieve(queries: readonly Query[], options: SearchOptions = {}): Promise<Ranking[]> {
    const { topK = 10, filter, pipeline: choice, ...call } = parseOptions(searchOptions, options);
    this.#expectOpen();
    return this.pipeline(choice).retrieve(queries, { ...call, topK, ...(filter ? { filter } : {}) });
  }

  async documents(ids: readonly string[], options: CallOptions = {}): Promise<Document[]> {
    const ordinals = Uint32Array.from(ids, (id, row) => {
      const ordinal = this.space.ordinalOf(id);
      if (ordinal !== undefined) return ordinal;
      throw new InvalidInputError({ source: 'ids', row }, 'the id is not in the collection', 'Use ids of its results.');
    });
    return this.#snapshot.documents(ordinals, options);
  }

  async fields({ signal }: CallOptions = {}): Promise<string[]> {
    this.#expectOpen();
    const names = new Set<string>();
    for (const segment of this.#snapshot.segments) {
      const { fields } = await segment.metadata(signal ? { signal } : {});
      for (const name of fields.keys()) names.add(name);
    }
    return [...names].sort(compareUtf8);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#embedder?.close?.();
    await this.#sparse?.close?.();
    await this.#snapshot.close();
  }

  async #passages(ranking: Ranking, { signal }: SearchOptions): Promise<Passage[]> {
    const documents = await this.#snapshot.documents(ranking.ordinals, signal ? { signal } : {});
    return ranking.toDocuments().flatMap((found, at): Passage[] => {
      const document = documents[at];
      return document ? [{ ...document, ...found, scale: ranking.scale.name }] : [];
    });
  }

  #expectOpen(): void {
    if (this.#closed) throw new StoreClosedError({ directory: this.space.name });
  }

  #refuse(choice: string): never {
    const missing = missingVectors(choice, this.sources);
    const without = missing === undefined ? '' : `; it was indexed ${missing}`;
    const message = `there is no '${choice}'; the collection has ${this.pipelines.join(', ')}${without}`;
    throw new InvalidOptionsError({ owner: 'pipeline', issues: [{ path: 'pipeline', message }] });
  }
}

function notAQuery(): InvalidInputError {
  return new InvalidInputError({ source: 'query' }, 'it is not text', 'Pass a string, or an object with a text.');
}

function readyPipelines({ bm25, dense, splade }: Collection['sources']): ReadonlyMap<string, Pipeline> {
  const ready = new Map<string, Retriever>([['bm25', bm25]]);
  if (dense) ready.set('dense', dense).set('hybrid', hybridOf(bm25, dense));
  if (splade) ready.set('splade', splade).set('lexical', lexicalOf(bm25, splade));
  if (dense && splade) ready.set('threefold', threefoldOf({ bm25, dense, splade }));
  return new Map([...ready].map(([name, source]) => [name, pipeline(source).named(name)]));
}
