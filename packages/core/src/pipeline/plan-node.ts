import type { Query } from '../query.js';
import type { Ranking } from '../ranking.js';
import type { Cutoffs, RetrieveOptions, Retriever } from '../retriever.js';
import type { Scale } from '../scale.js';

/** A score column that a node's answers carry. */
export interface PromisedColumn {
  readonly name: string;
  readonly scale: Scale;
  /** `complete`: every candidate has a score. `partial`: candidates that the source did not return have none. */
  readonly coverage: 'complete' | 'partial';
}

/** What a node is given to run. */
export interface PlanCall {
  readonly queries: readonly Query[];
  /** For each of the node's inputs, one ranking for each query: `depth(options.topK)` deep. */
  readonly answers: readonly (readonly Ranking[])[];
  /** `topK` is what is asked of this node. */
  readonly options: RetrieveOptions;
  /** Vectors of all queries under `source`; encoded once a run, however many stages ask. */
  queryVectors(source: Retriever): Promise<readonly Float32Array[]>;
}

/**
 * One step of a compiled pipeline: a source, a fusion, a completion or a stage.
 *
 * A node says how deep its inputs must be asked and makes its answer of theirs; it never calls them. So one runner
 * serves a single pipeline and an experiment in which several pipelines share nodes.
 */
export interface PlanNode {
  /** For traces: `bm25`, `complete(dense)`. */
  readonly label: string;
  /** Whose scores its answers have: a source, a fusion or a stage. */
  readonly scoredBy: string;
  readonly scale: Scale;
  readonly inputs: readonly PlanNode[];
  /** No two of one name. */
  readonly columns: readonly PromisedColumn[];
  /** Whether its shorter lists begin its longer ones. */
  readonly cutoffs: Cutoffs;
  /** Nodes with equal parts (by `Object.is`) and the same inputs give the same answers. */
  readonly identity: readonly unknown[];
  /** The retriever that it asks, if it is a source. */
  readonly source?: Retriever;

  /** As plans print it, given the printed `topK` that it is asked for. */
  step(topK: string): string;

  /** How deep each input is asked for the first `topK` of the answer. Never falls with `topK`. */
  depth(topK: number): number;

  /** One ranking for each query, at most `topK` deep. */
  run(call: PlanCall): Promise<Ranking[]>;
}

/** The retrievers at the bottom of a plan, each once. */
export function sourcesOf(node: PlanNode): readonly Retriever[] {
  const found = new Set<Retriever>(node.source ? [node.source] : []);
  for (const input of node.inputs) {
    for (const source of sourcesOf(input)) found.add(source);
  }
  return [...found];
}
