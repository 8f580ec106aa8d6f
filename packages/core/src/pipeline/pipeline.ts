import type { Query } from '../query.js';
import type { Ranking } from '../ranking.js';
import type { Cutoffs, RetrieveOptions, Retriever } from '../retriever.js';
import type { Scale } from '../scale.js';
import type { StageSpec } from '../stage-spec.js';
import { type CompileOptions, Plan } from './plan.js';
import type { PlanNode } from './plan-node.js';
import { asStage } from './relevance.js';
import { retrieveComposed } from './retrieve-all.js';
import { planOf } from './source-node.js';
import type { PipelinePart, Stage } from './stage.js';
import { stageNode } from './stage-node.js';
import { printRetriever, specOf } from './written.js';

/**
 * A source and what happens to its candidates, one stage after another. Itself a retriever.
 *
 * A pipeline denotes one list for each query, and `topK` cuts it: stages have depths of their own, so asking for fewer
 * results changes none of them (unless a `fuse` without `depth` stands directly under the cut).
 *
 * A pipeline of a pipeline without a name of its own is one pipeline: `pipeline(pipeline(a, b), c)` is
 * `pipeline(a, b, c)`.
 *
 * @param source a retriever, `fuse(...)`, or another pipeline
 * @param parts stages, and relevance filters, which look at the first 100 candidates
 * @throws {UnmetRequirementError} a stage requires what nothing before it supplies
 * @example
 * const chain = pipeline(fuse([bm25, dense], rrf()), rerank(crossEncoder, { depth: 50 }), take(10));
 * const [ranking] = await chain.retrieve([{ text: 'who let the water in?' }], { topK: 10 });
 */
export function pipeline(source: Retriever, ...parts: readonly PipelinePart[]): Pipeline {
  const stages = parts.map(asStage);
  if (!(source instanceof Pipeline) || source.ownName !== undefined) return new Pipeline(source, stages);
  return stages.length === 0 ? source : new Pipeline(source.source, [...source.stages, ...stages]);
}

/** Made by {@link pipeline}. Immutable. */
export class Pipeline implements Retriever {
  /** Its own name, else that of the stage or source that gave the final scores. */
  readonly name: string;
  readonly scale: Scale;
  readonly cutoffs: Cutoffs;
  readonly source: Retriever;
  readonly stages: readonly Stage[];
  /** The name that `named` gave it. */
  readonly ownName: string | undefined;
  readonly #node: PlanNode;

  constructor(source: Retriever, stages: readonly Stage[], name?: string) {
    this.#node = stages.reduce(stageNode, planOf(source));
    this.name = name ?? this.#node.scoredBy;
    this.scale = this.#node.scale;
    this.cutoffs = this.#node.cutoffs;
    this.source = source;
    this.stages = stages;
    this.ownName = name;
  }

  /** The same pipeline under a name: that of its column in a fusion, and of its row in a table. */
  named(name: string): Pipeline {
    return new Pipeline(this.source, this.stages, name);
  }

  retrieve(queries: readonly Query[], options: RetrieveOptions): Promise<Ranking[]> {
    return retrieveComposed(this, queries, options);
  }

  /** How it runs. `retrieve` does the same without being asked. */
  compile(options: CompileOptions = {}): Plan {
    return new Plan(this, this.#node, options);
  }

  toPlan(): PlanNode {
    return this.#node;
  }

  /**
   * The pipeline written down; `parsePipeline` reads it.
   *
   * @throws {UnwritableStageError} a part has no `toSpec()`
   */
  toSpec(): StageSpec {
    return {
      type: 'pipeline',
      ...(this.ownName === undefined ? {} : { name: this.ownName }),
      stages: [this.source, ...this.stages].map((part) => specOf(part)),
    };
  }

  /** As in code, with names for components: `pipeline(bm25, rerank(cross-encoder, depth: 50), take(10))`. */
  toString(): string {
    return `pipeline(${[printRetriever(this.source), ...this.stages.map(({ step }) => step)].join(', ')})`;
  }
}
