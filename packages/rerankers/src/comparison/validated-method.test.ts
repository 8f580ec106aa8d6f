import { expect, it } from 'vitest';
import type { CutoffMethod, JudgedList } from './cutoff-method.js';
import { validatedMethod } from './validated-method.js';

const lists: JudgedList[] = Array.from({ length: 9 }, (_, at) => ({
  dense: Float32Array.of(0.9, 0.5, 0.1),
  labels: Uint8Array.of(0, Number(at % 2 === 0), 1),
  judged: 2,
}));

const seen: number[] = [];
const right: CutoffMethod = {
  name: 'right',
  fit(given) {
    seen.push(given.length);
    return ({ dense }) => dense.map((score) => -score);
  },
};
const wrong: CutoffMethod = { name: 'wrong', fit: () => (list) => list.dense };

it('keeps what was best on lists that did not teach it, fitted on all', async () => {
  const keep = await validatedMethod('best of two', [wrong, right]).fit(lists, {});
  const [first = 0, second = 0, third = 0] = await keep(lists[0] ?? expect.fail('a list'), {});
  expect(third).toBeGreaterThan(second);
  expect(second).toBeGreaterThan(first);
  expect(seen).toEqual([6, 9]);
});

it('keeps the first of equals, and its numbers where they fall with relevance', async () => {
  const equal: CutoffMethod = { name: 'equal', fit: () => (list) => list.dense };
  const keep = await validatedMethod('first', [equal, wrong]).fit(lists, {});
  expect([...(await keep(lists[1] ?? expect.fail('a list'), {}))]).toEqual([0.9, 0.5, 0.1].map(Math.fround));
});
