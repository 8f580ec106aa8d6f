import { type Bitmap, type DocumentSpace, heaviestTerms, type SparseVector } from '@sluice/core';
import type { FoundRows, RankedClusters, SparseClusters, SparseClustersParts, SparseQuery } from '@sluice/kernels';
import { EffortCurve } from '../../../effort-curve.js';
import { type ScoredOrdinals, TopDocuments } from '../../top-documents.js';
import type { ImpactIndex } from '../impact-index.js';
import type { ClusterSettings } from './cluster-options.js';

/** Up to so many documents that pass a filter, all of them are scored: exact, and no slower than a walk. */
const FEW_PASSING = 1000;

/** What a search of {@link ClusteredImpacts} looks for. */
export interface ClusterSearch {
  /** At least 1. */
  readonly topK: number;
  /** Only these ordinals; at least the index's size. */
  readonly filter?: Bitmap | undefined;
  /**
   * Clusters are read while their summaries promise at least the k-th best score divided by it: above 0; `Infinity`
   * reads all clusters of the lists that are read. See {@link ClusteredImpacts.effortFor}.
   */
  readonly effort: number;
}

/** What recall was measured on. */
export interface ClusterCurve {
  /** Of the exact rankings that were to be found. */
  readonly depth: number;
  readonly queries: number;
  /** Efforts, one for each document that was to be found; rising. */
  readonly efforts: Float32Array;
}

/** What is known of clusters beside what is in kernel memory. */
export interface ClusteredFacts {
  readonly settings: ClusterSettings;
  readonly curves: readonly ClusterCurve[];
  /** By term: the largest impact, 0 where it has none. */
  readonly maxima: Float32Array;
}

/**
 * Approximate search over the vectors of an {@link ImpactIndex}: lists cut to their heaviest postings, clustered, with
 * summaries; the documents of promising clusters are scored exactly. Made by `clusterImpacts` or `loadClusteredImpacts`.
 *
 * Every score is that of the index, to the last bit; documents may be missed. More effort never finds less: clusters are
 * read in one order, and effort decides where reading ends. Owns scratch: one for one thread.
 *
 * Source: Bruch, Nardini, Rulli and Venturini, "Efficient Inverted Indexes for Approximate Retrieval over Learned Sparse
 * Representations" (SIGIR 2024).
 */
export class ClusteredImpacts {
  readonly fingerprint: string;
  readonly columns: number;
  /** Ordinals are below it. */
  readonly size: number;
  /** Of the index that was clustered. */
  readonly postings: number;
  /** Of the index that was clustered: a weight is its impact times this. */
  readonly scale: number;
  readonly settings: ClusterSettings;
  /** What recall was measured on, by rising depth. */
  readonly curves: readonly ClusterCurve[];
  readonly #rows: SparseClusters;
  readonly #curves: readonly EffortCurve[];
  readonly #maxima: Float32Array;

  /** @param rows of the index, and of lists that are cut as the settings say */
  constructor(
    rows: SparseClusters,
    { fingerprint, postings, scale }: Pick<ImpactIndex, 'fingerprint' | 'postings' | 'scale'>,
    { settings, curves, maxima }: ClusteredFacts,
  ) {
    this.fingerprint = fingerprint;
    this.columns = rows.columns;
    this.size = rows.rows;
    this.postings = postings;
    this.scale = scale;
    this.#maxima = maxima;
    this.settings = settings;
    this.curves = curves;
    this.#rows = rows;
    this.#curves = curves.map(({ efforts, queries }) => new EffortCurve(Float64Array.from(efforts), queries));
  }

  /** Bytes of memory in use: vectors by document, lists, summaries and scratch. */
  get bytes(): number {
    return this.#rows.bytes;
  }

  /** Clusters that the last search read. */
  get clustersRead(): number {
    return this.#rows.clustersWalked;
  }

  /** Documents that the last search scored. */
  get documentsScored(): number {
    return this.#rows.rowsScored;
  }

  /**
   * The least effort that surely finds a share of the best `topK`, with half of the misses that it allows to spare.
   * Infinity where none does: search the index itself then. Measured at the depth that is nearest to `topK`.
   *
   * @param recall above 0 to 1
   */
  effortFor(recall: number, topK: number): number {
    if (this.#curves.length === 0 || recall === 1) return Number.POSITIVE_INFINITY;
    const distance = ({ depth }: ClusterCurve): number => Math.abs(Math.log(topK / depth));
    const nearest = this.curves.reduce(
      (best, curve, at) => (distance(curve) < distance(this.curves[best] ?? curve) ? at : best),
      0,
    );
    return this.#curves[nearest]?.effortFor(recall) ?? Number.POSITIVE_INFINITY;
  }

  /**
   * Good documents that have any of the terms, best first, equal scores by id.
   *
   * @param space whose ordinals the index has
   * @param query terms below `columns`, rising; weights above 0
   */
  search(space: DocumentSpace, query: SparseVector, { topK, filter, effort }: ClusterSearch): ScoredOrdinals {
    const best = new TopDocuments(space, Math.max(1, Math.min(topK, this.size)));
    if (this.size === 0) return best.drain();
    const isFew = filter && filter.count() <= FEW_PASSING;
    const { rows, scores } = isFew ? this.#scorePassing(query, filter) : this.#walk(query, { topK, filter, effort });
    for (let at = 0; at < rows.length; at++) {
      const score = scores[at] ?? 0;
      if (score >= best.threshold) best.offer(rows[at] ?? 0, score);
    }
    return best.drain();
  }

  /** The scores of chosen documents, in their order; 0 for one that has none of the terms. */
  score(query: SparseVector, ordinals: Uint32Array): Float32Array {
    if (this.size === 0) return new Float32Array(ordinals.length);
    const rows = ordinals.map((ordinal) => (ordinal < this.size ? ordinal : 0));
    const scores = this.#rows.score(this.#asked(query), rows);
    return scores.map((score, at) => ((ordinals[at] ?? 0) < this.size ? score : 0));
  }

  /** The clusters of a query's lists in the order in which a search reads them: views, valid until the next call. */
  rank(query: SparseVector): RankedClusters {
    return this.#rows.rank(this.#asked(query), this.#chosen(query));
  }

  /** What it is made of: views, valid until the next call. */
  parts(): SparseClustersParts {
    return this.#rows.parts();
  }

  /** Gives its kernel memory back, where others live in it too. Nothing may be called afterwards. */
  close(): void {
    this.#rows.close();
  }

  #walk(query: SparseVector, { topK, filter, effort }: ClusterSearch): FoundRows {
    this.rank(query);
    return this.#rows.walk({ k: Math.min(topK, this.size), effort, filter: filter && this.#wordsOf(filter) });
  }

  #scorePassing(query: SparseVector, filter: Bitmap): FoundRows {
    const rows = filter.toOrdinals().filter((ordinal) => ordinal < this.size);
    return { rows, scores: this.#rows.score(this.#asked(query), rows) };
  }

  #wordsOf({ words }: Bitmap): Uint32Array {
    return words.subarray(0, Math.ceil(this.size / 32));
  }

  /** The query with its weights in units of impacts, as a search of the index multiplies. */
  #asked({ indices, values }: SparseVector): SparseQuery {
    return { terms: indices, weights: Float64Array.from(values, (weight) => weight * this.scale) };
  }

  /** Places of the terms whose lists are read: those that can add most. Weights alone may say nothing, as of query tables. */
  #chosen(query: SparseVector): Uint32Array {
    const values = query.values.map((weight, at) => weight * (this.#maxima[query.indices[at] ?? 0] ?? 0));
    const heaviest = heaviestTerms({ indices: query.indices, values }, this.settings.queryTerms).indices;
    let next = 0;
    return Uint32Array.from(heaviest, (term) => {
      while (query.indices[next] !== term) next++;
      return next;
    });
  }
}
