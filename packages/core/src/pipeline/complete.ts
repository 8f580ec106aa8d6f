import { BrokenContractError } from '../errors/broken-contract-error.js';
import type { Query } from '../query.js';
import type { Ranking, ScoreColumn } from '../ranking.js';
import type { Retriever } from '../retriever.js';
import { mapInSlices } from './in-slices.js';
import type { PlanCall, PlanNode } from './plan-node.js';

/** A retriever that can score documents it did not return. */
export type ScoringRetriever = Retriever & Required<Pick<Retriever, 'score'>>;

/** The candidates of `input` with a score of `source` for each; asks only for those that miss one. */
export function completeNode(input: PlanNode, source: ScoringRetriever): PlanNode {
  const { name, scale } = source;
  const label = `complete(${name})`;
  return {
    label,
    scoredBy: input.scoredBy,
    scale: input.scale,
    inputs: [input],
    columns: [...input.columns.filter((column) => column.name !== name), { name, scale, coverage: 'complete' }],
    cutoffs: input.cutoffs,
    identity: ['complete', source],
    step: () => label,
    depth: (topK) => topK,
    run: (call) => complete(call, source),
  };
}

/** A ranking and the positions whose scores are missing. */
interface Gap {
  readonly at: number;
  readonly query: Query;
  readonly ranking: Ranking;
  readonly positions: Uint32Array;
}

async function complete({ queries, answers, options }: PlanCall, source: ScoringRetriever): Promise<Ranking[]> {
  const rankings = [...(answers[0] ?? [])];
  const gaps = queries.flatMap((query, at): Gap[] => {
    const ranking = rankings[at];
    const positions = ranking ? missingIn(ranking, source.name) : new Uint32Array(0);
    return ranking && positions.length > 0 ? [{ at, query, ranking, positions }] : [];
  });
  if (gaps.length === 0) return rankings;

  const scores = await source.score(
    gaps.map(({ query }) => query),
    gaps.map(({ ranking, positions }) => ranking.pick(positions)),
    options,
  );
  await mapInSlices(
    gaps,
    (gap, of) => {
      rankings[gap.at] = filled(gap, expectScores(source, scores[of], gap.positions.length), source);
    },
    options,
  );
  return rankings;
}

function missingIn(ranking: Ranking, source: string): Uint32Array {
  const column = Object.hasOwn(ranking.sources, source) ? ranking.sources[source] : undefined;
  const all = Uint32Array.from(ranking.ordinals, (_, at) => at);
  return column ? all.filter((at) => Number.isNaN(column.scores[at])) : all;
}

function filled({ ranking, positions }: Gap, values: Float32Array, { name, scale }: Retriever): Ranking {
  const column: ScoreColumn | undefined = Object.hasOwn(ranking.sources, name) ? ranking.sources[name] : undefined;
  const scores = column?.scores.slice() ?? new Float32Array(ranking.length);
  for (const [of, position] of positions.entries()) scores[position] = values[of] ?? Number.NaN;
  return ranking.withSource(name, { scale, scores, ranks: column?.ranks ?? new Uint32Array(ranking.length) });
}

function expectScores({ name }: Retriever, scores: Float32Array | undefined, wanted: number): Float32Array {
  if (scores?.length === wanted) return scores;
  throw new BrokenContractError({
    component: name,
    problem: `gave ${scores?.length ?? 0} scores for ${wanted} documents`,
  });
}
