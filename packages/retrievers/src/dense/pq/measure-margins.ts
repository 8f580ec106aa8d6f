import type { Similarity } from '@sluice/core';
import { EffortCurve } from '../../effort-curve.js';
import { lengthOf } from '../clustering/training-points.js';
import { scanAll } from '../flat/scan-all.js';
import type { HeldOutSample } from '../held-out-sample.js';
import { type CodeParts, CodeScan } from './code-scan.js';

const DEPTH = 10;

/**
 * How far below the exact score of the tenth nearest the codes' scores of the ten nearest of sample queries are, in units
 * of {@link marginUnit}: how much the codes err, whatever the query is near to. One exact search gives the whole curve.
 *
 * @param parts whose rows have their vectors
 */
export function measureMargins(parts: CodeParts, { queries, hidden }: HeldOutSample): EffortCurve {
  const { rows, similarity } = parts;
  const truth = scanAll(rows, queries, { similarity, topK: DEPTH + 1 });
  const scan = new CodeScan(parts, 1);
  try {
    const margins = Array.from({ length: queries.count }, (_, at) => {
      const query = queries.data.subarray(at * queries.columns, (at + 1) * queries.columns);
      const [start = 0, end = 0] = truth.offsets.subarray(at, at + 2);
      const places = Array.from({ length: end - start }, (_, place) => start + place)
        .filter((place) => rows.rowOf(truth.ordinals[place] ?? 0) !== hidden[at])
        .slice(0, DEPTH);
      const worst = truth.scores[places.at(-1) ?? start] ?? 0;
      const list = Uint32Array.from(places, (place) => rows.rowOf(truth.ordinals[place] ?? 0));
      const unit = marginUnit(similarity, query, worst);
      return Array.from(scan.scores(query, list), (score) => (worst - score) / unit);
    });
    return new EffortCurve(Float64Array.from(margins.flat()), queries.count);
  } finally {
    scan.close();
  }
}

/**
 * What the error of a code's score grows with: nothing under cosine, the length of the query under inner product, the
 * distance of the neighbour under squared distance.
 *
 * @param score of the worst neighbour wanted
 */
export function marginUnit(similarity: Similarity, query: Float32Array, score: number): number {
  const unit = { cosine: 1, dot: lengthOf(query), euclidean: Math.sqrt(Math.max(0, -score)) }[similarity];
  return unit === 0 ? 1 : unit;
}
