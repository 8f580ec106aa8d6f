import type { Candidates } from '../candidates.js';
import type { Ranking } from '../ranking.js';
import { isFixed } from './depth-range.js';
import { expectAnswers } from './expect-answers.js';
import { type EncodingRetriever, meetRequirements } from './meet-requirements.js';
import type { PlanCall, PlanNode } from './plan-node.js';
import { withOwnColumn } from './source-node.js';
import type { Stage } from './stage.js';

/**
 * `stage` after `before`, with what it requires supplied.
 *
 * @throws {UnmetRequirementError} nothing before the stage supplies it
 */
export function stageNode(before: PlanNode, stage: Stage): PlanNode {
  const { input, encoders } = meetRequirements(before, stage);
  const { adds = [] } = stage;
  const added = new Set(adds.map(({ name }) => name));
  return {
    label: stage.name,
    scoredBy: stage.scale ? stage.name : input.scoredBy,
    scale: stage.scale ?? input.scale,
    inputs: [input],
    columns: [
      ...input.columns.filter(({ name }) => !added.has(name)),
      ...adds.map(({ name, scale }) => ({ name, scale, coverage: 'complete' as const })),
    ],
    cutoffs: isFixed((topK) => stage.depth(topK)) ? 'nested' : input.cutoffs,
    identity: stage.identity ?? [stage],
    step: () => stage.step,
    depth: (topK) => stage.depth(topK),
    async run(call) {
      const candidates = await candidatesOf(call, encoders);
      const kept = stage.scale ? candidates.map((each) => keepScores(each, input.scoredBy)) : candidates;
      const { filter: _, ...options } = call.options;
      const answers = await stage.apply(kept, options);
      return expectAnswers(stage.name, answers, call.queries.length, options.topK);
    },
  };
}

async function candidatesOf(call: PlanCall, encoders: readonly EncodingRetriever[]): Promise<Candidates[]> {
  const vectors: (readonly [string, readonly Float32Array[]])[] = [];
  for (const encoder of encoders) vectors.push([encoder.name, await call.queryVectors(encoder)]);
  return call.queries.flatMap((query, at): Candidates[] => {
    const ranking: Ranking | undefined = call.answers[0]?.[at];
    if (!ranking) return [];
    const ofQuery = vectors.flatMap(([name, rows]) => {
      const vector = rows[at];
      return vector ? [[name, vector] as const] : [];
    });
    return [vectors.length === 0 ? { query, ranking } : { query, ranking, queryVectors: Object.fromEntries(ofQuery) }];
  });
}

/** A stage that gives new scores replaces the old ones; they stay as a column. */
function keepScores(candidates: Candidates, scoredBy: string): Candidates {
  return { ...candidates, ranking: withOwnColumn(candidates.ranking, scoredBy) };
}
