import { parseFilter } from '../filter/parse-filter.js';
import { parseOptions } from '../parse-options.js';
import type { Query } from '../query.js';
import type { Ranking } from '../ranking.js';
import type { RetrieveOptions, Retriever } from '../retriever.js';
import { PlanRun } from './plan-run.js';
import { retrieveOptions } from './retrieve-options.js';
import { planOf } from './source-node.js';

/**
 * Asks several retrievers the same queries and does what they share once.
 *
 * Shared are equal sources and equal beginnings of pipelines: the same retriever objects, then stages with the same
 * components and options. A source is searched once, at the greatest depth that anyone needs, and cut for the others;
 * one whose `cutoffs` are `separate` is searched once for each depth. Answers equal those of asking one after another.
 *
 * All answers are held until the end: with very many queries, call it for a few hundred at a time.
 *
 * @returns for each retriever, one ranking for each query
 * @throws {InvalidOptionsError} `topK` is not a positive integer
 * @throws {InvalidFilterError} `filter` is not one
 * @throws the signal's `reason`, once it has fired
 */
export async function retrieveAll(
  retrievers: readonly Retriever[],
  queries: readonly Query[],
  options: RetrieveOptions,
): Promise<Ranking[][]> {
  const { topK } = parseOptions(retrieveOptions, options);
  if (options.filter) parseFilter(options.filter);
  options.signal?.throwIfAborted();
  if (queries.length === 0) return retrievers.map(() => []);
  const run = new PlanRun(queries, options);
  const nodes = retrievers.map(planOf);
  for (const node of nodes) run.want(node, topK);
  const answers: Ranking[][] = [];
  for (const node of nodes) answers.push(await run.ask(node, topK));
  return answers;
}

/** The same for one retriever: how compositions answer. */
export async function retrieveComposed(
  retriever: Retriever,
  queries: readonly Query[],
  options: RetrieveOptions,
): Promise<Ranking[]> {
  const [answers = []] = await retrieveAll([retriever], queries, options);
  return answers;
}
