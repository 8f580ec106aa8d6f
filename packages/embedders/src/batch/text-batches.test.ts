import fc from 'fast-check';
import { expect, it } from 'vitest';
import { textBatches } from './text-batches.js';

it('has each row once, in order, within limits, and no batch that could have been joined to the next', () => {
  const limits = fc.record({
    maxTexts: fc.integer({ min: 1, max: 5 }),
    maxCharacters: fc.integer({ min: 1, max: 20 }),
  });
  fc.assert(
    fc.property(
      fc.array(fc.string({ maxLength: 25 }), { maxLength: 30 }),
      limits,
      (texts, { maxTexts, maxCharacters }) => {
        const order = texts.map((_, row) => row).reverse();
        const batches = [...textBatches((row) => texts[row] ?? '', order, { maxTexts, maxCharacters })];
        expect(batches.flatMap(({ rows }) => rows)).toEqual(order);
        for (const [at, batch] of batches.entries()) {
          expect(batch.texts).toEqual(batch.rows.map((row) => texts[row]));
          const characters = batch.texts.join('').length;
          expect(batch.rows.length).toBeGreaterThan(0);
          expect(batch.rows.length).toBeLessThanOrEqual(maxTexts);
          if (batch.rows.length > 1) expect(characters).toBeLessThanOrEqual(maxCharacters);
          const next = batches[at + 1]?.texts[0];
          if (next === undefined) continue;
          expect(batch.rows.length === maxTexts || characters + next.length > maxCharacters).toBe(true);
        }
      },
    ),
  );
});
