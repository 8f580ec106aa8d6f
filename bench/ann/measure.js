import { queryOf } from './data-sets.js';
import { stopwatch } from './stopwatch.js';

/** A pass of a slow setting stops after so long; it is asked the first queries alone. */
const PASS_SECONDS = 1;
/** The same for its recall: at least 500 of the queries for all that takes less than 20 ms. */
const RECALL_SECONDS = 10;

/**
 * Recall and time of every effort of every contestant.
 *
 * Recall is over all queries, or as many of the first as a slow setting answers in ten seconds. Times are processor time of the process, since others may be at work on the machine; all
 * settings take turns within a pass, and the least of the passes counts.
 *
 * @returns rows of `{ contestant, effort, recall, milliseconds }`, and the noise: |A/A' - 1| of a setting that took two
 *   turns
 */
export function measureCurves(contestants, data, { truth, topK, passes, onPass }) {
  const rows = contestants.flatMap((contestant) =>
    contestant.efforts.map((effort) => ({ contestant, effort, milliseconds: Number.POSITIVE_INFINITY })),
  );
  for (const row of rows) row.recall = recallOf(row, data, { truth, topK });
  const again = { ...rows[Math.floor(rows.length / 2)] };
  for (let pass = 0; pass < passes; pass++) {
    for (const row of [...rows, again]) row.milliseconds = Math.min(row.milliseconds, onePass(row, data));
    onPass?.(pass + 1);
  }
  const twin = rows[Math.floor(rows.length / 2)];
  return { rows, noise: twin ? Math.abs(1 - twin.milliseconds / again.milliseconds) : 0 };
}

/** Milliseconds a query. */
function onePass({ contestant, effort }, data) {
  contestant.setEffort(effort);
  const since = stopwatch();
  let query = 0;
  for (; query < data.queries; query++) {
    contestant.search(queryOf(data, query));
    if (query % 16 === 15 && since().wall > PASS_SECONDS) break;
  }
  return (since().cpu * 1000) / Math.min(query + 1, data.queries);
}

function recallOf({ contestant, effort }, data, { truth, topK }) {
  contestant.setEffort(effort);
  const since = stopwatch();
  let [found, query] = [0, 0];
  for (; query < data.queries && since().wall < RECALL_SECONDS; query++) {
    const nearest = new Set(truth.subarray(query * topK, (query + 1) * topK));
    for (const ordinal of contestant.search(queryOf(data, query))) found += Number(nearest.has(ordinal));
  }
  return found / (query * topK);
}
