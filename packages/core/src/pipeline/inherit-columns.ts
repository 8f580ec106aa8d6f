import type { SourceRanking } from '../fusion.js';
import { positionsIn } from '../positions-in.js';
import type { Ranking, ScoreColumn, ScoreColumns } from '../ranking.js';

/** The fused ranking with the columns that its inputs carry and it does not: a nested reranker's, say. */
export function inheritColumns(fused: Ranking, rankings: readonly SourceRanking[]): Ranking {
  let result = fused;
  for (const { ranking } of rankings) {
    const missing = Object.entries(ranking.sources).filter(([name]) => !Object.hasOwn(fused.sources, name));
    if (missing.length === 0) continue;
    const positions = positionsIn(ranking, fused);
    for (const [name, column] of missing) {
      result = result.withSource(name, aligned(column, positions, own(result.sources, name)));
    }
  }
  return result;
}

/** `column` in the order of the fused ranking; where it says nothing, what an earlier input said. */
function aligned(column: ScoreColumn, positions: Int32Array, earlier: ScoreColumn | undefined): ScoreColumn {
  const scores = earlier?.scores.slice() ?? new Float32Array(positions.length).fill(Number.NaN);
  const ranks = earlier?.ranks.slice() ?? new Uint32Array(positions.length);
  for (const [at, position] of positions.entries()) {
    const score = column.scores[position];
    if (score === undefined || Number.isNaN(score)) continue;
    scores[at] = score;
    ranks[at] = column.ranks[position] ?? 0;
  }
  return { scale: column.scale, scores, ranks };
}

function own(columns: ScoreColumns, name: string): ScoreColumn | undefined {
  return Object.hasOwn(columns, name) ? columns[name] : undefined;
}
