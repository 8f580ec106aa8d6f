import { z } from 'zod';
import { InvalidOptionsError } from '../errors/invalid-options-error.js';
import type { Fusion } from '../fusion.js';
import { parseOptions } from '../parse-options.js';
import type { Query } from '../query.js';
import type { Ranking } from '../ranking.js';
import type { Cutoffs, RetrieveOptions, Retriever } from '../retriever.js';
import { fusionScale, type Scale } from '../scale.js';
import type { StageSpec } from '../stage-spec.js';
import { isFixed } from './depth-range.js';
import { mapInSlices } from './in-slices.js';
import { inheritColumns } from './inherit-columns.js';
import { type CompileOptions, Plan } from './plan.js';
import { type PlanCall, type PlanNode, type PromisedColumn, sourcesOf } from './plan-node.js';
import { retrieveComposed } from './retrieve-all.js';
import { planOf } from './source-node.js';
import { printRetriever, specOf } from './written.js';

/** Options of {@link fuse}. */
export interface FuseOptions {
  /**
   * How deep each source is asked, whatever `topK` is; an integer, at least 1. With it the list for a smaller `topK`
   * begins the list for a larger one. Without it the fusion decides from `topK`.
   */
  readonly depth?: number;
  /**
   * The name of the fused scores.
   * @default the fusion's name
   */
  readonly name?: string;
}

export const fuseOptions: z.ZodObject<
  { depth: z.ZodExactOptional<z.ZodInt>; name: z.ZodExactOptional<z.ZodString> },
  z.core.$strict
> = z.strictObject({ depth: z.int().min(1).exactOptional(), name: z.string().min(1).exactOptional() });

/**
 * Asks several sources the same queries and makes one ranking of their answers.
 *
 * Every document keeps each source's rank and score, and the columns that the sources' own answers carry.
 *
 * @param sources retrievers, pipelines among them; at least one, no two of one name
 * @throws {InvalidOptionsError} no source, two sources of one name, or an option out of range
 * @example pipeline(fuse([bm25, dense], rrf()), rerank(crossEncoder, { depth: 50 }))
 */
export function fuse(sources: readonly Retriever[], fusion: Fusion, options: FuseOptions = {}): Fused {
  return new Fused(sources, fusion, parseOptions(fuseOptions, options, 'fuse'));
}

/** Several sources and the fusion of their answers. Made by {@link fuse}. */
export class Fused implements Retriever {
  readonly name: string;
  readonly scale: Scale = fusionScale;
  readonly cutoffs: Cutoffs;
  readonly sources: readonly Retriever[];
  readonly fusion: Fusion;
  /** How deep each source is asked; from the fusion and `topK` where it is not given. */
  readonly depth: number | undefined;
  readonly #node: PlanNode;

  constructor(sources: readonly Retriever[], fusion: Fusion, { depth, name = fusion.name }: FuseOptions) {
    this.name = name;
    this.sources = [...sources];
    this.fusion = fusion;
    this.depth = depth;
    this.#node = fuseNode(this);
    this.cutoffs = this.#node.cutoffs;
    expectDistinct(this.sources, this.#node);
  }

  retrieve(queries: readonly Query[], options: RetrieveOptions): Promise<Ranking[]> {
    return retrieveComposed(this, queries, options);
  }

  compile(options: CompileOptions = {}): Plan {
    return new Plan(this, this.#node, options);
  }

  toPlan(): PlanNode {
    return this.#node;
  }

  toSpec(): StageSpec {
    return {
      type: 'fuse',
      sources: this.sources.map((source) => specOf(source)),
      by: specOf(this.fusion),
      ...(this.depth === undefined ? {} : { depth: this.depth }),
      ...(this.name === this.fusion.name ? {} : { name: this.name }),
    };
  }

  toString(): string {
    const depth = this.depth === undefined ? '' : `, depth: ${this.depth}`;
    return `fuse([${this.sources.map(printRetriever).join(', ')}], ${this.fusion.name}${depth})`;
  }
}

function fuseNode({ name, scale, sources, fusion, depth }: Fused): PlanNode {
  const inputs = sources.map(planOf);
  const depthFor = (topK: number): number => depth ?? fusion.depth(topK);
  return {
    label: name,
    scoredBy: name,
    scale,
    inputs,
    columns: fusedColumns(sources, inputs),
    cutoffs: isFixed(depthFor) ? 'nested' : 'separate',
    identity: [fusion, name, depth, ...sources.map((source) => source.name)],
    step: (topK) => `${name}(${sources.map((source) => source.name).join(', ')}, topK: ${topK})`,
    depth: depthFor,
    run: (call) => fuseAnswers(call, sources, fusion),
  };
}

function fuseAnswers(
  { queries, answers, options }: PlanCall,
  sources: readonly Retriever[],
  fusion: Fusion,
): Promise<Ranking[]> {
  const fuseOne = (at: number): Ranking => {
    const rankings = sources.flatMap(({ name }, of) => {
      const ranking = answers[of]?.[at];
      return ranking ? [{ source: name, ranking }] : [];
    });
    return inheritColumns(fusion.fuse(rankings, options.topK), rankings);
  };
  return mapInSlices(queries, (_, at) => fuseOne(at), options);
}

/** A fused document comes from any one of the inputs, so a column is complete where every input has it complete. */
function fusedColumns(sources: readonly Retriever[], inputs: readonly PlanNode[]): PromisedColumn[] {
  const offered = inputs.map((input, at): PromisedColumn[] => {
    const source = sources[at];
    const own = input.columns.filter(({ name }) => name !== source?.name);
    return source ? [{ name: source.name, scale: source.scale, coverage: 'complete' }, ...own] : own;
  });
  const byName = new Map(offered.flat().map((column) => [column.name, column]));
  return [...byName.values()].map((column) => {
    const everywhere = offered.every((columns) =>
      columns.some(({ name, coverage }) => name === column.name && coverage === 'complete'),
    );
    return { ...column, coverage: everywhere ? 'complete' : 'partial' };
  });
}

function expectDistinct(sources: readonly Retriever[], node: PlanNode): void {
  const refuse = (message: string): never => {
    throw new InvalidOptionsError({ owner: 'fuse', issues: [{ path: 'sources', message }] });
  };
  if (sources.length === 0) refuse('there must be at least one');
  for (const retrievers of [sources, sourcesOf(node)]) {
    const names = new Set<string>();
    for (const { name } of retrievers) {
      if (names.has(name)) refuse(`two are called '${name}'; give one another name, with named() if it is a pipeline`);
      names.add(name);
    }
  }
}
