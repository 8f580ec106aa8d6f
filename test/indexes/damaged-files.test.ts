import {
  isSluiceError,
  type Matrix,
  type Neighbours,
  type SavedIndex,
  seededRandom,
  type VectorIndex,
} from '@sluice/core';
import { type Directory, memoryDirectory, readContainer, writeContainer } from '@sluice/files';
import { clusteredVectors, neighboursOf } from '@sluice/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type IndexFamily, indexFamilies } from './index-families.js';

/** Damages of each kind; `SLUICE_DAMAGES=5000` for the whole run of a release. */
const RUNS = Number(process.env.SLUICE_DAMAGES ?? 60);
const DIMENSIONS = 16;
const ROWS = 150;
const vectors = clusteredVectors(ROWS, DIMENSIONS, 3);
const queries = clusteredVectors(3, DIMENSIONS, 4);

/** What becomes of a file: some bytes changed, the end cut off, a stretch of noise, or nothing but noise. */
type Damage =
  | { readonly kind: 'flip'; readonly at: number; readonly xor: number }
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'noise'; readonly at: number; readonly length: number; readonly seed: number }
  | { readonly kind: 'random'; readonly length: number; readonly seed: number };

const at = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const seed = fc.integer({ min: 1, max: 2 ** 31 - 1 });
const flips = fc.record({ kind: fc.constant('flip' as const), at, xor: fc.integer({ min: 1, max: 255 }) });
const cuts = fc.record({ kind: fc.constant('cut' as const), at });
const noises = fc.record({ kind: fc.constant('noise' as const), at, length: fc.integer({ min: 1, max: 64 }), seed });
const randoms = fc.record({ kind: fc.constant('random' as const), length: fc.integer({ min: 0, max: 4096 }), seed });
const damages: fc.Arbitrary<Damage> = fc.oneof(
  { weight: 4, arbitrary: flips },
  { weight: 2, arbitrary: cuts },
  { weight: 2, arbitrary: noises },
  { weight: 1, arbitrary: randoms },
);

describe.each(indexFamilies)('$name', (family) => {
  const intact = filled(family);
  const saved = throughBytes(intact.save());
  const answers = plain(intact.search(queries, { topK: 10 }));

  it('a damaged file is an error of its own, or what was damaged meant nothing', async () => {
    const bytes = await fileOf(saved);
    await fc.assert(
      fc.asyncProperty(damages, async (damage) => {
        const directory = await directoryWith(damaged(bytes, damage));
        const loaded = await orRefusal(async () => family.load(await readContainer(directory, 'index')));
        if (loaded) expect(plain(loaded.search(queries, { topK: 10 }))).toEqual(answers);
      }),
      { numRuns: RUNS },
    );
  });

  it('below the checksums, damage is an error of its own, or an index that answers in form', async () => {
    const names = Object.keys(saved.blocks).filter((name) => (saved.blocks[name]?.length ?? 0) > 0);
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), damages, async (name, damage) => {
        const block = damaged(saved.blocks[name] ?? new Uint8Array(0), damage);
        const loaded = await orRefusal(() => family.load({ ...saved, blocks: { ...saved.blocks, [name]: block } }));
        if (loaded) expectForm(loaded);
        else refused++;
      }),
      { numRuns: RUNS },
    );
    expect(refused).toBeGreaterThan(0);
  });

  it('a header of anything is an error of its own', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (header) => {
        const nothing = await orRefusal(() => family.load({ ...saved, header: JSON.parse(JSON.stringify(header)) }));
        expect(nothing).toBeUndefined();
      }),
      { numRuns: RUNS },
    );
  });
});

function filled(family: IndexFamily): VectorIndex {
  const index = family.create({ dimensions: DIMENSIONS, similarity: 'euclidean' });
  index.add(
    Uint32Array.from({ length: ROWS }, (_, row) => 3 * row),
    vectors,
  );
  index.remove(Uint32Array.of(0, 30, 60));
  return index;
}

/** The index, or nothing where it was refused with an error of ours; any other error is a failure. */
async function orRefusal(load: () => VectorIndex | Promise<VectorIndex>): Promise<VectorIndex | undefined> {
  try {
    return await load();
  } catch (error) {
    if (!isSluiceError(error)) throw error;
    return undefined;
  }
}

/** A changed number of a vector cannot be told from another vector: what answers must answer soundly. */
function expectForm(index: VectorIndex): void {
  const asked: Matrix = index.dimensions === DIMENSIONS ? queries : clusteredVectors(3, index.dimensions, 4);
  const found = index.search(asked, { topK: 10 });
  for (let query = 0; query < asked.rows; query++) {
    const { ordinals, scores } = neighboursOf(found, query);
    expect(new Set(ordinals).size, 'ordinals twice').toBe(ordinals.length);
    expect([...ordinals].every((ordinal) => index.has(ordinal))).toBe(true);
    expect([...scores]).toEqual([...scores].sort((left, right) => right - left));
    expect(scores.every(Number.isFinite)).toBe(true);
  }
}

function damaged(bytes: Uint8Array, damage: Damage): Uint8Array {
  const place = damage.kind === 'random' ? 0 : Math.floor(damage.at * bytes.length);
  if (damage.kind === 'cut') return bytes.slice(0, place);
  if (damage.kind === 'random') return noiseOf(damage.length, damage.seed);
  const copy = bytes.slice();
  if (damage.kind === 'flip') copy[place] = (copy[place] ?? 0) ^ damage.xor;
  else copy.set(noiseOf(Math.min(damage.length, bytes.length - place), damage.seed), place);
  return copy;
}

function noiseOf(length: number, start: number): Uint8Array {
  const random = seededRandom(start);
  return Uint8Array.from({ length }, () => Math.floor(random() * 256));
}

async function fileOf(index: SavedIndex): Promise<Uint8Array> {
  const directory = memoryDirectory();
  await writeContainer(directory, 'index', index);
  const reader = await directory.open('index');
  const bytes = new Uint8Array(reader.size);
  await reader.readInto(bytes, 0);
  await reader.close();
  return bytes;
}

async function directoryWith(bytes: Uint8Array): Promise<Directory> {
  const directory = memoryDirectory();
  const writer = await directory.create('index');
  await writer.write(bytes);
  await writer.sync();
  await writer.close();
  return directory;
}

function throughBytes({ kind, version, header, blocks }: SavedIndex): SavedIndex {
  const copies = Object.entries(blocks).map(([name, block]) => [name, block.slice()] as const);
  return { kind, version, header: JSON.parse(JSON.stringify(header)), blocks: Object.fromEntries(copies) };
}

function plain({ offsets, ordinals, scores }: Neighbours): number[][] {
  return [[...offsets], [...ordinals], [...scores]];
}
