import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PoisonedMemory } from './fixtures/poisoned-memory.js';
import { clampScores } from './index.js';

const scores = fc.array(fc.float({ noNaN: true }), { maxLength: 11 });

it.each(['simd', 'scalar'] as const)('clamps every score and nothing else (%s)', (engine) => {
  fc.assert(
    fc.property(scores, (given) => {
      const place = new PoisonedMemory(engine);
      const view = place.float32(given);
      place.run([view], (memory) => clampScores(memory, { scores: view, minimum: -1, maximum: 1 }));
      const expected = given.map((score) => (Math.abs(score) > 1 ? Math.sign(score) : score));
      expect([...view]).toEqual(expected);
    }),
  );
});
