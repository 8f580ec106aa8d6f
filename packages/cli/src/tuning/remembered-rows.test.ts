import { matrix, seededRandom } from '@sluice/core';
import { expect, it } from 'vitest';
import { type ItemRows, RememberedRows } from './remembered-rows.js';

/** A letter has so many rows as its place in the alphabet, each its code, twice. */
function rowsOf(letters: readonly string[]): ItemRows {
  const offsets = new Uint32Array(letters.length + 1);
  const numbers: number[] = [];
  for (const [at, letter] of letters.entries()) {
    const code = letter.charCodeAt(0) - 97;
    for (let row = 0; row < code; row++) numbers.push(code, code);
    offsets[at + 1] = numbers.length / 2;
  }
  return { offsets, rows: matrix(Float32Array.from(numbers), 2) };
}

it('says what computing says, and computes each item once', async () => {
  const random = seededRandom(5);
  const below = (count: number): number => Math.floor(random() * count);
  for (let round = 0; round < 50; round++) {
    const remembered = new RememberedRows();
    const computed: string[] = [];
    const asked = Array.from({ length: below(5) }, () =>
      Array.from({ length: below(7) }, () => 'abcd'.charAt(below(4))),
    );
    for (const letters of asked) {
      const compute = async (places: readonly number[]) => {
        const own = places.map((at) => letters[at] ?? '');
        computed.push(...own);
        return rowsOf(own);
      };
      expect(await remembered.of(letters, compute, 2)).toEqual(rowsOf(letters));
    }
    expect(computed.toSorted()).toEqual([...new Set(asked.flat())].toSorted());
  }
});

it('computes again what it has no room for', async () => {
  const remembered = new RememberedRows(4);
  const computed: string[] = [];
  for (const letters of [
    ['c', 'd'],
    ['d', 'c'],
  ]) {
    const compute = async (places: readonly number[]) => {
      const own = places.map((at) => letters[at] ?? '');
      computed.push(...own);
      return rowsOf(own);
    };
    expect(await remembered.of(letters, compute, 2)).toEqual(rowsOf(letters));
  }
  expect(computed).toEqual(['c', 'd', 'd']);
});
