import { BrokenContractError } from '../errors/broken-contract-error.js';
import type { Query } from '../query.js';
import type { Ranking } from '../ranking.js';
import type { RetrieveOptions, Retriever } from '../retriever.js';
import type { PlanNode } from './plan-node.js';

/**
 * One run of plans over the same queries, in which equal nodes run once.
 *
 * First every asker says how deep it will ask (`want`), then it asks (`ask`). A nested node runs at the greatest
 * depth and is cut for the others; a separate one runs once for each depth.
 */
export class PlanRun {
  readonly #queries: readonly Query[];
  readonly #options: Omit<RetrieveOptions, 'topK'>;
  readonly #keys = new Map<PlanNode, string>();
  readonly #parts = new Map<unknown, number>();
  readonly #greatest = new Map<string, number>();
  readonly #answers = new Map<string, Promise<Ranking[]>>();
  readonly #vectors = new Map<Retriever, Promise<readonly Float32Array[]>>();

  constructor(queries: readonly Query[], options: Omit<RetrieveOptions, 'topK'>) {
    this.#queries = queries;
    this.#options = options;
  }

  /** Announces `ask(node, topK)`. */
  want(node: PlanNode, topK: number): void {
    const key = this.#keyOf(node);
    this.#greatest.set(key, Math.max(topK, this.#greatest.get(key) ?? 0));
    for (const input of node.inputs) this.want(input, node.depth(topK));
  }

  /** The node's first `topK` for each query. Rejects once all work that it started has ended. */
  async ask(node: PlanNode, topK: number): Promise<Ranking[]> {
    const key = this.#keyOf(node);
    const depth = node.cutoffs === 'nested' ? (this.#greatest.get(key) ?? topK) : topK;
    const slot = `${key}@${depth}`;
    let answers = this.#answers.get(slot);
    if (!answers) {
      answers = this.#run(node, depth);
      this.#answers.set(slot, answers);
    }
    const rankings = await answers;
    return depth === topK ? rankings : rankings.map((ranking) => ranking.take(topK));
  }

  async #run(node: PlanNode, topK: number): Promise<Ranking[]> {
    const { signal, trace } = this.#options;
    const answers = await settled(node.inputs.map((input) => this.ask(input, node.depth(topK))));
    signal?.throwIfAborted();
    const work = () =>
      node.run({
        queries: this.#queries,
        answers,
        options: { ...this.#options, topK },
        queryVectors: (source) => this.#vectorsOf(source),
      });
    if (!trace) return work();
    const sizes =
      node.inputs.length === 0 ? undefined : this.#queries.map((_, at) => ({ length: sizeAt(answers, at) }));
    return trace.record(node.label, sizes, work);
  }

  #vectorsOf(source: Retriever): Promise<readonly Float32Array[]> {
    let vectors = this.#vectors.get(source);
    if (!vectors) {
      vectors = encode(source, this.#queries, this.#options);
      this.#vectors.set(source, vectors);
    }
    return vectors;
  }

  /** Equal for nodes that do the same: their own parts and their inputs' keys. */
  #keyOf(node: PlanNode): string {
    const known = this.#keys.get(node);
    if (known !== undefined) return known;
    const parts = node.identity.map((part) => this.#numberOf(part)).join(',');
    const key = `${parts}(${node.inputs.map((input) => this.#keyOf(input)).join(';')})`;
    this.#keys.set(node, key);
    return key;
  }

  #numberOf(part: unknown): number {
    const known = this.#parts.get(part);
    if (known !== undefined) return known;
    this.#parts.set(part, this.#parts.size);
    return this.#parts.size - 1;
  }
}

async function encode(
  source: Retriever,
  queries: readonly Query[],
  options: Omit<RetrieveOptions, 'topK'>,
): Promise<readonly Float32Array[]> {
  const vectors = (await source.encodeQueries?.(queries, options)) ?? [];
  if (vectors.length === queries.length) return vectors;
  throw new BrokenContractError({
    component: source.name,
    problem: `gave ${vectors.length} vectors for ${queries.length} queries`,
  });
}

/** All results; the first error, but only when nothing is running any more. */
async function settled<Result>(running: readonly Promise<Result>[]): Promise<Result[]> {
  await Promise.allSettled(running);
  return Promise.all(running);
}

function sizeAt(answers: readonly (readonly Ranking[])[], at: number): number {
  return answers.reduce((sum, rankings) => sum + (rankings[at]?.length ?? 0), 0);
}
