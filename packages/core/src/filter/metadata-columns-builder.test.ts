import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MetadataColumnsBuilder } from './metadata-columns-builder.js';
import { metadataColumnsOf } from './metadata-columns-of.js';

it('inverts each field: values ascending, documents of a value ascending and once', () => {
  const columns = metadataColumnsOf([
    { year: 2021, tags: ['b', 'b', '\uffff'] },
    undefined,
    { year: [2020, 2021], tags: ['\u{10000}', 'b'], draft: [true, false] },
  ]);
  expect(columns.size).toBe(3);
  expect([...columns.fields.keys()]).toEqual(['year', 'tags', 'draft']);
  expect(columns.fields.get('year')).toMatchObject({
    numbers: {
      values: new Float64Array([2020, 2021]),
      offsets: new Uint32Array([0, 1, 3]),
      documents: new Uint32Array([2, 0, 2]),
    },
  });
  expect(columns.fields.get('tags')).toMatchObject({
    strings: {
      values: ['b', '\uffff', '\u{10000}'],
      offsets: new Uint32Array([0, 2, 3, 4]),
      documents: new Uint32Array([0, 2, 0, 2]),
    },
  });
  expect(columns.fields.get('draft')?.whereTrue.toOrdinals()).toEqual(new Uint32Array([2]));
  expect(columns.fields.get('draft')?.whereFalse.toOrdinals()).toEqual(new Uint32Array([2]));
  expect(columns.fields.get('year')?.present.toOrdinals()).toEqual(new Uint32Array([0, 2]));
});

it('counts minus zero as zero, leaves NaN out, and has no column for null', () => {
  const columns = metadataColumnsOf([{ a: -0, b: Number.NaN, c: null }, { a: 0 }]);
  expect(columns.fields.get('a')?.numbers.documents).toEqual(new Uint32Array([0, 1]));
  expect(columns.fields.get('b')?.numbers.values).toHaveLength(0);
  expect(columns.fields.has('c')).toBe(false);
});

it('grows after it has built, and leaves what it built alone', () => {
  const builder = new MetadataColumnsBuilder();
  builder.add({ year: 2020, draft: true });
  const first = builder.build();
  builder.add({ year: 2019 });
  expect(first).toEqual(metadataColumnsOf([{ year: 2020, draft: true }]));
  expect(builder.build()).toEqual(metadataColumnsOf([{ year: 2020, draft: true }, { year: 2019 }]));
  expect(builder.size).toBe(2);
});

it('builds the same in steps, and lets others work in between', () => {
  const builder = new MetadataColumnsBuilder();
  for (let at = 0; at < 20_000; at++)
    builder.add({ url: `https://example.org/${(at * 7919) % 20_000}`, year: at % 30 });
  const steps = builder.buildSteps();
  let turns = 0;
  let step = steps.next();
  for (; !step.done; step = steps.next()) turns++;
  expect(step.value).toEqual(builder.build());
  // 20,000 strings are sorted by 15 merges of 5 steps each.
  expect(turns).toBeGreaterThan(15 * 4);
});

it('sorts strings by their bytes whichever comparison it takes', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' })), (texts) => {
      const { values = [] } = metadataColumnsOf([{ text: texts }]).fields.get('text')?.strings ?? {};
      const bytes = [...new Set(texts.map((text) => Buffer.from(text).toString('hex')))].sort();
      expect(values.map((text) => Buffer.from(text).toString('hex'))).toEqual(bytes);
    }),
  );
});
