import type { Query } from '../query.js';
import type { Ranking } from '../ranking.js';
import type { Cutoffs, RetrieveOptions, Retriever } from '../retriever.js';
import type { Scale } from '../scale.js';
import { type DepthRange, deepest, printDepth } from './depth-range.js';
import type { PlanNode } from './plan-node.js';
import { retrieveComposed } from './retrieve-all.js';

/** What a plan is compiled for. */
export interface CompileOptions {
  /** The `topK` that `steps` are printed for; for any, when left out. Plans answer every `topK` all the same. */
  readonly topK?: number;
}

/**
 * A composition as it runs: cut-offs moved to the sources, missing scores completed.
 *
 * Its answers are those of the composition.
 */
export class Plan implements Retriever {
  readonly name: string;
  readonly scale: Scale;
  readonly cutoffs: Cutoffs;
  /**
   * What runs, sources first: `['bm25(topK: 50)', 'rerank(cross-encoder, depth: 50)']`. A depth that follows the
   * caller's `topK` is printed as `as asked`, `at most 10` or `100 or more`.
   */
  readonly steps: readonly string[];
  readonly #node: PlanNode;

  constructor({ name, scale }: Pick<Retriever, 'name' | 'scale'>, node: PlanNode, { topK }: CompileOptions = {}) {
    this.name = name;
    this.scale = scale;
    this.cutoffs = node.cutoffs;
    this.#node = node;
    this.steps = stepsOf(node, { least: topK ?? 1, greatest: topK ?? deepest });
  }

  retrieve(queries: readonly Query[], options: RetrieveOptions): Promise<Ranking[]> {
    return retrieveComposed(this, queries, options);
  }

  toPlan(): PlanNode {
    return this.#node;
  }

  /** One step a line. */
  toString(): string {
    return this.steps.join('\n');
  }
}

function stepsOf(node: PlanNode, asked: DepthRange): string[] {
  const depth = { least: node.depth(asked.least), greatest: node.depth(asked.greatest) };
  return [...node.inputs.flatMap((input) => stepsOf(input, depth)), node.step(printDepth(asked))];
}
