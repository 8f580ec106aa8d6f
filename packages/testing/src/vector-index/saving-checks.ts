import type { Json, SavedIndex } from '@sluice/core';
import { expect } from 'vitest';
import type { Check } from '../kit/check.js';
import { forAll } from '../kit/property.js';
import { expectRefusal } from '../kit/refusal.js';
import { expectRight, expectSameNeighbours } from './neighbours.js';
import { clusteredVectors, vectorCases } from './vector-cases.js';
import type { VectorIndexSubject } from './vector-index-subject.js';

/** What `save` and the loader promise. */
export function savingChecks(subject: VectorIndexSubject): Check[] {
  const { factory, options, tolerance } = subject;
  return [
    {
      name: 'loads what it saved: same shape, size and answers',
      check: () =>
        forAll(vectorCases(subject), options, (given) => {
          const index = factory.create(given.shape);
          index.add(given.ordinals, given.vectors);
          const loaded = factory.load(throughBytes(index.save()));
          const { dimensions, similarity, size } = loaded;
          expect({ dimensions, similarity, size }).toEqual({ ...given.shape, size: given.ordinals.length });
          const answers = index.search(given.queries, { topK: 20 });
          expectSameNeighbours(loaded.search(given.queries, { topK: 20 }), answers, tolerance, 'after loading');
        }),
    },
    {
      name: 'a loaded index is on its own: changing either leaves the other',
      check: () =>
        forAll(vectorCases(subject), options, (given) => {
          const index = factory.create(given.shape);
          index.add(given.ordinals, given.vectors);
          const loaded = factory.load(index.save());
          index.remove(given.ordinals.subarray(1));
          expectRight(subject, loaded, given, { topK: 20 });
          const again = factory.load(loaded.save());
          again.add(Uint32Array.of(5000), { ...given.queries, rows: 1, data: firstRow(given.queries) });
          again.remove(given.ordinals.subarray(0, 1));
          expectRight(subject, loaded, given, { topK: 20 });
        }),
    },
    {
      name: 'what was removed stays removed when it is loaded',
      check: () =>
        forAll(vectorCases(subject), options, ({ shape, ordinals, vectors, queries }) => {
          const index = factory.create(shape);
          index.add(ordinals, vectors);
          index.remove(ordinals.subarray(0, 3));
          const loaded = factory.load(throughBytes(index.save()));
          expect(loaded.size).toBe(index.size);
          const found = new Set(loaded.search(queries, { topK: 60 }).ordinals);
          expect([...ordinals.subarray(0, 3)].filter((ordinal) => found.has(ordinal))).toEqual([]);
        }),
    },
    {
      name: 'saves a kind, a version, a header that JSON can hold, and bytes',
      check: () => {
        const { kind, version, header, blocks } = savedSample(subject);
        expect(kind).toMatch(/\S/);
        expect(Number.isInteger(version) && version >= 1, `version ${version}`).toBe(true);
        expect(JSON.parse(JSON.stringify(header))).toEqual(header);
        for (const [name, block] of Object.entries(blocks)) expect(block, name).toBeInstanceOf(Uint8Array);
      },
    },
    ...damageChecks(subject),
  ];
}

function damageChecks(subject: VectorIndexSubject): Check[] {
  const refuses = (name: string, damage: (saved: SavedIndex) => readonly (readonly [string, SavedIndex])[]): Check => ({
    name: `refuses to load ${name}`,
    check: async () => {
      for (const [what, damaged] of damage(throughBytes(savedSample(subject)))) {
        await expectRefusal(() => subject.factory.load(damaged), {}, `${what} must be refused`);
      }
    },
  });
  return [
    refuses('another kind, and a version from the future', (saved) => [
      ['kind', { ...saved, kind: 'no-such-kind' }],
      ['version', { ...saved, version: 999_999 }],
    ]),
    refuses('a header that is no object, or is empty', (saved) =>
      [null, [], {}, 'header', 7].map((header) => [JSON.stringify(header), { ...saved, header }]),
    ),
    refuses('a header with a field of the wrong type', (saved) =>
      fieldsOf(saved.header).map((field) => [
        `header.${field}`,
        { ...saved, header: { ...Object.fromEntries(entriesOfHeader(saved.header)), [field]: { wrong: true } } },
      ]),
    ),
    refuses('without one of its blocks', (saved) =>
      Object.keys(saved.blocks).map((gone) => [
        gone,
        { ...saved, blocks: Object.fromEntries(Object.entries(saved.blocks).filter(([name]) => name !== gone)) },
      ]),
    ),
    refuses('a block that is cut short', (saved) =>
      Object.entries(saved.blocks)
        .filter(([, block]) => block.length > 0)
        .map(([name, block]) => [name, { ...saved, blocks: { ...saved.blocks, [name]: block.subarray(0, -1) } }]),
    ),
  ];
}

/** A saved index of 60 vectors. */
function savedSample({ factory, similarities, dimensions }: VectorIndexSubject): SavedIndex {
  const columns = dimensions[0] ?? 1;
  const index = factory.create({ dimensions: columns, similarity: similarities[0] ?? 'cosine' });
  index.add(
    Uint32Array.from({ length: 60 }, (_, row) => 2 * row),
    clusteredVectors(60, columns, 3),
  );
  return index.save();
}

/** What a file gives back: the header through JSON, each block in memory of its own. */
function throughBytes({ kind, version, header, blocks }: SavedIndex): SavedIndex {
  return {
    kind,
    version,
    header: JSON.parse(JSON.stringify(header)),
    blocks: Object.fromEntries(Object.entries(blocks).map(([name, block]) => [name, block.slice()])),
  };
}

function entriesOfHeader(header: Json): [string, Json][] {
  return typeof header === 'object' && header !== null && !Array.isArray(header) ? Object.entries(header) : [];
}

function fieldsOf(header: Json): string[] {
  return entriesOfHeader(header).map(([field]) => field);
}

function firstRow({ data, columns }: { data: Float32Array; columns: number }): Float32Array {
  return data.subarray(0, columns);
}
