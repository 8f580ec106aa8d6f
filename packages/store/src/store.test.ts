import { fileURLToPath } from 'node:url';
import { compareUtf8, metadataColumnsOf } from '@sluice/core';
import { faultDirectory, memoryDirectory } from '@sluice/files';
import { nodeDirectory } from '@sluice/files/node';
import { replaceBytes } from '@sluice/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openStore } from './reading/open-store.js';
import { collections, commitSegment, readAll, SAMPLE, sampleIndex } from './sample.fixture.js';
import { openStoreWriter } from './writing/open-store-writer.js';

describe('a committed collection', () => {
  it('gives back documents, ids, texts, order, metadata and parts, over several segments', async () => {
    await fc.assert(
      fc.asyncProperty(collections, fc.nat(40), async (documents, cut) => {
        const directory = memoryDirectory();
        const parts = [documents.slice(0, cut), documents.slice(cut)];
        for (const [at, part] of parts.entries()) await commitSegment(directory, part, at);
        const snapshot = await openStore(directory);
        const { space } = snapshot;
        expect(await readAll(directory)).toEqual(documents);
        expect(documents.map((_, ordinal) => space.idOf(ordinal))).toEqual(documents.map(({ id }) => id));
        expect(documents.map(({ id }) => space.ordinalOf(id))).toEqual(documents.map((_, ordinal) => ordinal));
        const backwards = Uint32Array.from(documents, (_, at) => documents.length - 1 - at);
        expect(await snapshot.documents(backwards)).toEqual(documents.toReversed());
        const sorted = [...backwards].sort((left, right) => space.compare(left, right)).map((at) => space.idOf(at));
        expect(sorted).toEqual(documents.map(({ id }) => id).sort(compareUtf8));
        for (const [at, segment] of snapshot.segments.entries()) {
          const expected = metadataColumnsOf((parts[at] ?? []).map(({ metadata }) => metadata));
          expect(await segment.metadata()).toEqual(expected);
          expect(await segment.open('sample', { fingerprint: 'sample-1' })).toEqual(sampleIndex(at));
        }
        await snapshot.close();
      }),
      { numRuns: 60 },
    );
  });

  it('reads texts with and without a cache, in any order and repeated', async () => {
    const directory = memoryDirectory();
    await commitSegment(directory, SAMPLE);
    for (const cacheBytes of [0, 10_000, 1_000_000]) {
      const snapshot = await openStore(directory, { cacheBytes });
      const texts = await snapshot.space.texts?.(Uint32Array.of(3, 0, 0, 2));
      const expected = [3, 0, 0, 2]
        .map((at) => SAMPLE[at])
        .map((one) => one && { text: one.text, ...(one.title === undefined ? {} : { title: one.title }) });
      expect(texts).toEqual(expected);
      await snapshot.close();
    }
  });

  it('finds documents by metadata over segments', async () => {
    const directory = memoryDirectory();
    await commitSegment(directory, SAMPLE.slice(0, 1));
    await commitSegment(directory, SAMPLE.slice(1));
    const snapshot = await openStore(directory);
    const matching = await snapshot.matching({ range: ['year', { gte: 2020 }] });
    expect([matching.size, ...matching.toOrdinals()]).toEqual([4, 0, 1]);
    expect([...(await snapshot.matching({ eq: ['tags', 'water'] })).toOrdinals()]).toEqual([0]);
    await snapshot.close();
  });

  it('ends a call whose signal fires, and reads on for the others', async () => {
    const directory = memoryDirectory();
    await commitSegment(directory, SAMPLE);
    const snapshot = await openStore(directory);
    const controller = new AbortController();
    const filter = { eq: ['tags', 'water'] } as const;
    const ended = snapshot.matching(filter, { signal: controller.signal });
    const other = snapshot.matching(filter);
    controller.abort(new Error('enough'));
    await expect(ended).rejects.toThrow('enough');
    expect([...(await other).toOrdinals()]).toEqual([0]);
    await snapshot.close();
  });

  it('knows what it does not have', async () => {
    const directory = memoryDirectory();
    await expect(openStore(directory)).rejects.toMatchObject({ code: 'SLUICE_STORE_NOT_FOUND' });
    await commitSegment(directory, SAMPLE);
    const snapshot = await openStore(directory);
    expect(snapshot.space.ordinalOf('c')).toBeUndefined();
    expect(snapshot.space.ordinalOf('')).toBeUndefined();
    expect(() => snapshot.space.idOf(4)).toThrow(RangeError);
    await expect(snapshot.documents(Uint32Array.of(4))).rejects.toThrow(RangeError);
    const [segment] = snapshot.segments;
    await expect(segment?.open('dense')).rejects.toMatchObject({
      code: 'SLUICE_PART_NOT_FOUND',
      available: ['sample'],
    });
    const other = { code: 'SLUICE_FINGERPRINT_MISMATCH', indexed: 'sample-1', loaded: 'sample-2' };
    await expect(segment?.open('sample', { fingerprint: 'sample-2' })).rejects.toMatchObject(other);
    await snapshot.close();
    await expect(snapshot.documents(Uint32Array.of(0))).rejects.toMatchObject({ code: 'SLUICE_STORE_CLOSED' });
  });
});

it('reads a collection of version 1 as it was first written', async () => {
  const directory = nodeDirectory(fileURLToPath(new URL('fixtures/store-v1', import.meta.url)));
  expect(await readAll(directory)).toEqual(SAMPLE);
  const snapshot = await openStore(directory);
  expect([snapshot.generation, snapshot.settings]).toEqual([1, { note: 'version 1' }]);
  expect(SAMPLE.map(({ id }) => snapshot.space.ordinalOf(id))).toEqual([0, 1, 2, 3]);
  expect(await snapshot.segments[0]?.open('sample', { fingerprint: 'sample-1' })).toEqual(sampleIndex(1));
  expect([...(await snapshot.matching({ eq: ['year', 2021] })).toOrdinals()]).toEqual([1]);
  await snapshot.close();
});

describe('a writer', () => {
  it('shows nothing before commit and keeps what a reader has open after it', async () => {
    const directory = memoryDirectory();
    await commitSegment(directory, SAMPLE.slice(0, 2));
    const before = await openStore(directory);
    const writer = await openStoreWriter(directory);
    const segment = await writer.addSegment();
    await segment.add(SAMPLE.slice(2));
    expect(await readAll(directory)).toEqual(SAMPLE.slice(0, 2));
    expect([writer.size, await writer.commit(), await writer.commit()]).toEqual([4, 2, 2]);
    for (let round = 0; round < 3; round++) {
      await writer.segments[0]?.attach('sample', sampleIndex(9 + round), { fingerprint: 'sample-1' });
      await writer.commit();
    }
    await writer.close();
    expect(await before.documents(Uint32Array.of(0, 1))).toEqual(SAMPLE.slice(0, 2));
    expect(await before.segments[0]?.open('sample')).toEqual(sampleIndex(1));
    const after = await openStore(directory);
    expect(after.generation).toBe(5);
    expect(await after.segments[0]?.open('sample')).toEqual(sampleIndex(11));
    await before.close();
    await after.close();
  });

  it('refuses a document that is not one, all or nothing, and goes on', async () => {
    const directory = memoryDirectory();
    await commitSegment(directory, SAMPLE.slice(0, 1));
    const writer = await openStoreWriter(directory);
    const segment = await writer.addSegment();
    const rejected = [
      [{ id: '', text: 'x' }],
      [
        { id: 'x', text: 'x' },
        { id: 'x', text: 'y' },
      ],
      [
        { id: 'x', text: 'x' },
        { id: 'b', text: 'taken by an older segment' },
      ],
      [{ id: '\ud800', text: 'x' }],
      [{ id: 'x', text: 'x', metadata: { score: Number.NaN } }],
      [{ id: 'x', text: 'x', url: 'unknown' }],
    ];
    for (const documents of rejected) {
      const row = documents.length - 1;
      await expect(segment.add(documents)).rejects.toMatchObject({ code: 'SLUICE_INVALID_INPUT', row });
    }
    expect(segment.size).toBe(0);
    await segment.add(SAMPLE.slice(1));
    await writer.commit();
    await expect(segment.add([{ id: 'y', text: '' }])).rejects.toMatchObject({ code: 'SLUICE_SEGMENT_FINISHED' });
    await writer.close();
    expect(await readAll(directory)).toEqual(SAMPLE);
  });

  it('does what overlaps one after another, and stops at a full disk', async () => {
    const directory = memoryDirectory();
    const writer = await openStoreWriter(directory);
    const segment = await writer.addSegment();
    const outcomes = await Promise.allSettled([
      segment.add(SAMPLE.slice(0, 3)),
      segment.add(SAMPLE.slice(2)),
      segment.add(SAMPLE.slice(3)),
      segment.attach('sample', sampleIndex(1)),
      writer.commit(),
      writer.close(),
    ]);
    expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual([true, false, true, true, true, true]);
    expect(await readAll(directory)).toEqual(SAMPLE);

    const full = faultDirectory({ kind: 'full', at: 12 });
    const stopped = await openStoreWriter(full);
    const growing = await stopped.addSegment();
    await growing.add(SAMPLE);
    await expect(stopped.commit()).rejects.toMatchObject({ code: 'SLUICE_DISK_FULL' });
    const cause = expect.objectContaining({ code: 'SLUICE_DISK_FULL' });
    for (const call of [() => stopped.commit(), () => stopped.addSegment(), () => growing.add([])]) {
      await expect(call()).rejects.toMatchObject({ code: 'SLUICE_STORE_CLOSED', cause });
    }
    await stopped.close();
    expect(await full.list()).toEqual([]);
  });

  it('keeps the others out, and leaves nothing when it is closed without a commit', async () => {
    const directory = memoryDirectory();
    await replaceBytes(directory, 'notes.txt', Uint8Array.of(1));
    const writer = await openStoreWriter(directory);
    await expect(openStoreWriter(directory)).rejects.toMatchObject({ code: 'SLUICE_DIRECTORY_LOCKED' });
    const segment = await writer.addSegment();
    await segment.add(SAMPLE);
    await segment.attach('sample', sampleIndex(1));
    await writer.addSegment();
    await writer.close();
    await writer.close();
    expect(await directory.list()).toEqual(['notes.txt']);
    await expect(writer.commit()).rejects.toMatchObject({ code: 'SLUICE_STORE_CLOSED' });
    await (await openStoreWriter(directory)).close();
  });

  it('loses against another one that committed first, and its files go', async () => {
    const directory = memoryDirectory();
    const unlocked = { ...directory, lock: async () => ({ release: async () => {} }) };
    for (const method of ['list', 'create', 'open', 'rename', 'link', 'remove', 'sync'] as const) {
      Object.assign(unlocked, { [method]: directory[method].bind(directory) });
    }
    const first = await openStoreWriter(unlocked);
    const second = await openStoreWriter(unlocked);
    await (await first.addSegment()).add(SAMPLE.slice(0, 2));
    await (await second.addSegment()).add(SAMPLE.slice(2));
    await first.commit();
    await expect(second.commit()).rejects.toMatchObject({ code: 'SLUICE_WRITER_CONFLICT', generation: 1 });
    await second.close();
    await first.close();
    expect(await readAll(directory)).toEqual(SAMPLE.slice(0, 2));
    expect((await directory.list()).filter((name) => name !== 'manifest-1')).toHaveLength(3);
  });

  it('keeps settings and fingerprints, and refuses a part filled by something else', async () => {
    const directory = memoryDirectory();
    await commitSegment(directory, SAMPLE.slice(0, 2));
    const writer = await openStoreWriter(directory);
    writer.configure({ model: 'minilm' });
    const segment = await writer.addSegment();
    await segment.add(SAMPLE.slice(2));
    const mismatch = { code: 'SLUICE_FINGERPRINT_MISMATCH', indexed: 'sample-1', loaded: 'sample-2' };
    await expect(segment.attach('sample', sampleIndex(2), { fingerprint: 'sample-2' })).rejects.toMatchObject(mismatch);
    await expect(segment.attach('no/name', sampleIndex(2))).rejects.toMatchObject({ code: 'SLUICE_INVALID_OPTIONS' });
    await writer.commit();
    await writer.close();
    const snapshot = await openStore(directory);
    expect(snapshot.settings).toEqual({ model: 'minilm' });
    expect([...snapshot.fingerprints]).toEqual([['sample', 'sample-1']]);
    await snapshot.close();
  });
});
