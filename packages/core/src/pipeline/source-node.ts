import type { Ranking } from '../ranking.js';
import type { Retriever } from '../retriever.js';
import { expectAnswers } from './expect-answers.js';
import type { PlanNode } from './plan-node.js';

/** How to run any retriever: what it is made of if it says so, else by asking it. */
export function planOf(retriever: Retriever): PlanNode {
  return retriever.toPlan?.() ?? sourceNode(retriever);
}

function sourceNode(source: Retriever): PlanNode {
  const { name, scale } = source;
  return {
    label: name,
    scoredBy: name,
    scale,
    inputs: [],
    columns: [{ name, scale, coverage: 'complete' }],
    cutoffs: source.cutoffs ?? 'nested',
    identity: [source],
    source,
    step: (topK) => `${name}(topK: ${topK})`,
    depth: (topK) => topK,
    async run({ queries, options }) {
      const answers = await source.retrieve(queries, options);
      return expectAnswers(name, answers, queries.length, options.topK).map((ranking) => withOwnColumn(ranking, name));
    },
  };
}

/** Keeps the scores that a ranking has now as a column, for when a later stage replaces them. */
export function withOwnColumn(ranking: Ranking, name: string): Ranking {
  return Object.hasOwn(ranking.sources, name) ? ranking : ranking.withSource(name, ranking.asColumn());
}
