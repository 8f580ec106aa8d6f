import { z } from 'zod';
import { sum } from './aggregate.js';
import { type MeasureFamily, measureFamily, rel } from './measure-family.js';

const none = z.strictObject({});

/** `NumQ`: the number of queries that were evaluated. */
export const queryCount: MeasureFamily = measureFamily({
  name: 'NumQ',
  parameters: none,
  aggregate: sum,
  kind: 'count',
  of: () => 1,
});

/** `NumRet`: the number of results. */
export const retrievedCount: MeasureFamily = measureFamily({
  name: 'NumRet',
  parameters: none,
  aggregate: sum,
  kind: 'count',
  of: (query) => query.retrieved,
});

/** `NumRel`: the number of relevant documents, retrieved or not. */
export const relevantCount: MeasureFamily = measureFamily({
  name: 'NumRel',
  parameters: z.strictObject({ rel }),
  aggregate: sum,
  kind: 'count',
  of: (query, { rel }) => query.relevant(rel),
});

/** `NumRelRet`: the number of results that are relevant. */
export const relevantRetrievedCount: MeasureFamily = measureFamily({
  name: 'NumRelRet',
  parameters: z.strictObject({ rel }),
  aggregate: sum,
  kind: 'count',
  of: (query, { rel }) => query.relevantRetrieved(rel),
});

/** `NumNonrelRet`: the number of results that were judged not relevant. */
export const nonrelevantRetrievedCount: MeasureFamily = measureFamily({
  name: 'NumNonrelRet',
  parameters: z.strictObject({ rel }),
  aggregate: sum,
  kind: 'count',
  of: ({ grades }, { rel }) => grades.reduce((count, grade) => (grade >= 0 && grade < rel ? count + 1 : count), 0),
});
