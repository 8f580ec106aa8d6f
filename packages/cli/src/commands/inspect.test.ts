import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeContainer } from '@sluice/files';
import { nodeDirectory } from '@sluice/files/node';
import {
  Bm25IndexBuilder,
  clusterImpacts,
  englishAnalyzer,
  ImpactIndexBuilder,
  saveBm25,
  saveClusteredImpacts,
  saveImpact,
} from '@sluice/retrievers';
import { openStoreWriter } from '@sluice/store';
import { indexDocuments, openSpladeModel } from 'sluice';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../main.js';
import { recordedTerminal } from '../terminal/recorded-terminal.fixture.js';

const model = fileURLToPath(new URL('../../../embedders/src/sparse/fixtures/splade', import.meta.url));
const texts = ['the moon over the sea', 'bread and moon cakes', 'a violin'];
let folder = '';

async function sluice(...args: string[]) {
  const terminal = recordedTerminal();
  const exitCode = await run(['node', 'sluice', ...args], terminal, new AbortController().signal);
  return { exitCode, ...terminal.written };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('inspect', () => {
  it('counts a term of several segments once', async () => {
    const place = join(folder, 'segments');
    const writer = await openStoreWriter(nodeDirectory(place));
    for (const [at, own] of [texts.slice(0, 2), texts.slice(2), ['moon, moon']].entries()) {
      const segment = await writer.addSegment();
      await segment.add(own.map((text, each) => ({ id: `${at}.${each}`, text })));
      const builder = new Bm25IndexBuilder(englishAnalyzer());
      for (const [ordinal, text] of own.entries()) builder.add(ordinal, text);
      const index = builder.build();
      await segment.attach('bm25', saveBm25(index), { fingerprint: index.analyzerFingerprint });
    }
    await writer.commit();
    await writer.close();
    const { exitCode, out } = await sluice('inspect', place, '--json');
    expect(exitCode).toBe(0);
    const { collection, parts, terms } = JSON.parse(out);
    expect(collection).toMatchObject({ documents: 4, segments: 3 });
    expect(parts.map(({ name }: { name: string }) => name)).toEqual([
      'bm25, segment 1',
      'bm25, segment 2',
      'bm25, segment 3',
    ]);
    expect(terms.bm25).toMatchObject({ documents: 4, terms: 6, singletons: 5, tokens: 9 });
    expect(terms.bm25.topTerms[0]).toMatchObject({ term: 'moon', documentFrequency: 3, collectionFrequency: 4 });
    expect((await sluice('inspect', place)).out).toMatch(/^4 documents in 3 segments, /);
  });

  it('reads impact files, and refuses the clusters of one', async () => {
    const builder = new ImpactIndexBuilder({ fingerprint: 'model', vocabularySize: 8 });
    const [offsets, indices, values] = [Uint32Array.of(0, 2, 3), Uint32Array.of(1, 4, 4), Float32Array.of(1, 2, 3)];
    builder.add(Uint32Array.of(0, 1), { rows: 2, columns: 8, offsets, indices, values });
    const index = builder.build();
    const directory = nodeDirectory(folder);
    await writeContainer(directory, 'docs.impact', saveImpact(index));
    await writeContainer(directory, 'docs.clusters', saveClusteredImpacts(clusterImpacts(index)));
    const { parts, terms } = JSON.parse((await sluice('inspect', join(folder, 'docs.impact'), '--json')).out);
    expect(parts).toEqual([
      expect.objectContaining({ name: 'docs.impact', kind: 'impact', postings: 3, fingerprint: 'model' }),
    ]);
    expect(terms).toEqual({});
    const refused = await sluice('inspect', join(folder, 'docs.clusters'));
    expect(refused).toMatchObject({ exitCode: 2, out: '' });
    expect(refused.err).toMatch(/docs\.clusters: it is of kind 'impact-clusters'/);
  });
});

it('explains SPLADE by the texts of its terms', async () => {
  const place = join(folder, 'splade');
  const sparse = await openSpladeModel(model);
  await indexDocuments(
    texts.map((text, at) => ({ id: `d${at}`, text })),
    place,
    { sparse },
  );
  await sparse.close();
  const { exitCode, out } = await sluice('search', place, 'moon', '-p', 'splade', '--explain', '--json');
  expect(exitCode).toBe(0);
  const { passages, terms } = JSON.parse(out);
  const [best] = terms;
  expect(best.id).toBe(passages[0].id);
  expect(best.sources[0].score).toBe(passages[0].score);
  const sum = best.sources[0].terms.reduce(
    (total: number, { contribution }: { contribution: number }) => total + contribution,
    0,
  );
  expect(sum).toBeCloseTo(passages[0].score, 5);
  expect(best.sources[0].terms.map(({ term }: { term: string }) => term)).toContain('moon');
  const shown = await sluice('search', place, 'moon', '-p', 'splade', '--explain');
  expect(shown.out).toMatch(/What each term added to splade:[\s\S]*\d+ more\n/);
  expect((await sluice('inspect', place)).out).toMatch(/^splade +impact /m);
});
