import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rowOf } from '@sluice/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ModelRegistry } from './model-registry.js';
import type { OpenModel } from './open-model.js';
import { openPairModel, type PairModel, type PairSource } from './pair-model.js';
import { activatedScore } from './score-activation.js';
import type { LongPairs } from './tokenizer/second-text.js';
import { openPairReader } from './worker/pair-reader.js';

/** Models, pairs and what sentence-transformers says of them: `training/fixtures/cross_encoders.py`. */
const fixtures = fileURLToPath(new URL('./fixtures/cross-encoders', import.meta.url));
const names = readdirSync(fixtures).filter((name) => !name.includes('.'));

const rows = z.array(z.array(z.number()));
const expectedSchema = z.looseObject({
  ids: rows,
  types: rows.nullable(),
  logits: rows,
  scores: rows,
  secondOnly: z.array(z.strictObject({ ids: z.array(z.number()), logits: z.array(z.number()) }).nullable()),
});
const pairs = z
  .array(z.tuple([z.string(), z.string()]))
  .parse(JSON.parse(readFileSync(join(fixtures, 'pairs.json'), 'utf8')));

function expectedOf(name: string): z.output<typeof expectedSchema> {
  return expectedSchema.parse(JSON.parse(readFileSync(join(fixtures, name, 'expected.json'), 'utf8')));
}

function source(long?: LongPairs, of: readonly (readonly [string, string])[] = pairs): PairSource {
  return {
    unit: 'pairs',
    length: of.length,
    first: (at) => of[at]?.[0] ?? '',
    second: (at) => of[at]?.[1] ?? '',
    long,
  };
}

function open(name: string): Promise<PairModel> {
  return openPairModel({ model: join(fixtures, name), threads: 1 }, new ModelRegistry<OpenModel>());
}

describe.each(names)('%s', (name) => {
  const expected = expectedOf(name);
  let model: PairModel;

  beforeAll(async () => {
    model = await openPairModel({ model: join(fixtures, name), threads: 1 }, new ModelRegistry<OpenModel>());
  });
  afterAll(() => model.close());

  it('reads pairs into the ids and types of Hugging Face', async () => {
    const reader = await openPairReader(model.folder);
    const tokens = reader.read({
      texts: pairs.map(([first]) => first),
      tasks: [],
      prompts: [],
      seconds: pairs.map(([, text]) => ({ text, long: { kind: 'longest first' } })),
    });
    for (const [at, ids] of expected.ids.entries()) {
      const [start = 0, end = 0] = [tokens.offsets[at], tokens.offsets[at + 1]];
      expect([...tokens.ids.subarray(start, end)], `ids of pair ${at}`).toEqual(ids);
      const types = tokens.marks?.subarray(start, end) ?? [];
      if (expected.types) expect([...types], `types of pair ${at}`).toEqual(expected.types[at]);
    }
  });

  it('scores them as sentence-transformers does', async () => {
    const { logits } = await model.score(source());
    for (const [at, wanted] of expected.logits.entries()) {
      const found = rowOf(logits, at);
      wanted.forEach((logit, label) => {
        expect(Math.abs((found[label] ?? Number.NaN) - logit), `logit ${label} of pair ${at}`).toBeLessThan(1e-5);
        const score = activatedScore(model.activation, found, label);
        expect(Math.abs(score - (expected.scores[at]?.[label] ?? Number.NaN)), `score of ${at}`).toBeLessThan(1e-5);
      });
    }
  });

  it('cuts the second text alone where it is asked to', async () => {
    const { logits } = await model.score(source({ kind: 'second only' }));
    expect(expected.secondOnly.filter((each) => each !== null).length).toBeGreaterThan(10);
    for (const [at, wanted] of expected.secondOnly.entries()) {
      wanted?.logits.forEach((logit, label) => {
        expect(Math.abs((rowOf(logits, at)[label] ?? Number.NaN) - logit), `pair ${at}`).toBeLessThan(1e-5);
      });
    }
  });
});

describe('pairs in chunks', () => {
  it('have a row for each stretch, those that fit one', async () => {
    const model = await open('bert');
    const [question, long] = pairs[1] ?? ['', ''];
    const { offsets, logits } = await model.score(
      source({ kind: 'chunks', overlap: 5 }, [
        [question, 'bread'],
        [question, long],
        [question, long.repeat(8)],
      ]),
    );
    const rows = Array.from(offsets).map((end, at) => end - (offsets[at - 1] ?? 0));
    expect(rows[1]).toBe(1);
    expect(rows[2]).toBeGreaterThan(4);
    expect(rows[3]).toBeGreaterThan(7 * (rows[2] ?? 0));
    expect(logits.rows).toBe(offsets.at(-1));
    const cut = await model.score(source({ kind: 'second only' }, [[question, long]]));
    // One of the stretches is the beginning, which is what a cut leaves.
    const firsts = Array.from(logits.data.subarray(offsets[1], offsets[2]), (logit) =>
      Math.abs(logit - (cut.logits.data[0] ?? 0)),
    );
    expect(Math.min(...firsts)).toBeLessThan(1e-5);
    await model.close();
  });

  it('are counted by the pair in progress', async () => {
    const model = await open('bert');
    const seen: string[] = [];
    const long = pairs[1]?.[1] ?? '';
    const many = Array.from({ length: 40 }, (_, at): [string, string] => [
      'tide',
      at % 3 === 0 ? long.repeat(30) : long,
    ]);
    await model.score(source({ kind: 'chunks', overlap: 0 }, many), {
      onProgress: ({ done, total }) => seen.push(`${done}/${total}`),
    });
    expect(seen.at(-1)).toBe('40/40');
    const counts = seen.map((each) => Number.parseInt(each, 10));
    expect(counts).toEqual(counts.toSorted((left, right) => left - right));
    await model.close();
  });
});

it('reads fewer tokens where it is asked to', async () => {
  const registry = new ModelRegistry<OpenModel>();
  const [short, whole] = await Promise.all([
    openPairModel({ model: join(fixtures, 'bert'), maxTokens: 20 }, registry),
    openPairModel({ model: join(fixtures, 'bert') }, registry),
  ]);
  const words = (count: number): string => 'tide '.repeat(count);
  const ends: [string, string][] = [
    ['tide', `${words(40)}bread`],
    ['tide', `${words(40)}quay`],
  ];
  const { logits } = await short.score(source(undefined, ends));
  expect(logits.data[0]).toBe(logits.data[1]);
  expect(short.hash).not.toBe(whole.hash);
  await Promise.all([short.close(), whole.close()]);
});

it('refuses a model that makes vectors, and an activation that is not known', async () => {
  const encoder = fileURLToPath(new URL('./fixtures/families/bert', import.meta.url));
  await expect(openPairModel({ model: encoder })).rejects.toMatchObject({ code: 'SLUICE_MODEL_FILE' });
});

it('ends a call whose pair cannot be made, and one that is cancelled', async () => {
  const model = await open('bert');
  const failing: PairSource = {
    ...source(),
    second: () => {
      throw new Error('no such passage');
    },
  };
  await expect(model.score(failing)).rejects.toThrow('no such passage');
  const controller = new AbortController();
  const cancelled = model.score(source(), { signal: controller.signal });
  controller.abort(new Error('enough'));
  await expect(cancelled).rejects.toThrow('enough');
  expect((await model.score(source())).logits.rows).toBe(pairs.length);
  await model.close();
});
