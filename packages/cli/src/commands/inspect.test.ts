import { cp, mkdtemp, rm } from 'node:fs/promises';
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
    const { parts, terms, weights } = JSON.parse((await sluice('inspect', join(folder, 'docs.impact'), '--json')).out);
    expect(parts).toEqual([
      expect.objectContaining({ name: 'docs.impact', kind: 'impact', postings: 3, fingerprint: 'model' }),
    ]);
    expect(terms).toEqual({});
    expect(weights.terms).toMatchObject({ documents: 2, terms: 2, vocabularySize: 8, postings: 3, averageTerms: 1.5 });
    expect(weights.terms.heaviestTerms.map(({ term }: { term: number }) => term)).toEqual([4, 1]);
    const shown = (await sluice('inspect', join(folder, 'docs.impact'))).out;
    expect(shown).toMatch(
      /^terms: 2 of 8 terms \(1 in one document\), 3 postings; 2 documents with terms, 1\.5 each$/m,
    );
    expect(shown).toMatch(/^4 +2 +5 +2\.5\d\d +3\.000$/m);
    expect(shown).toMatch(/^Terms are named by number: the index does not name its model\.$/m);
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
});

it('shows the heaviest terms of a SPLADE index by their texts, while its model is there', async () => {
  const place = join(folder, 'weighed');
  const own = join(folder, 'model');
  await cp(model, own, { recursive: true });
  const sparse = await openSpladeModel(own);
  await indexDocuments(
    texts.map((text, at) => ({ id: `d${at}`, text })),
    place,
    { sparse },
  );
  const vectors = await sparse.embedder.encodeDocuments(texts);
  const total = new Map<number, number>();
  for (const [at, term] of vectors.indices.entries()) {
    total.set(term, (total.get(term) ?? 0) + (vectors.values[at] ?? 0));
  }
  const [[heaviest = -1] = []] = [...total].sort((left, right) => right[1] - left[1]);
  const indices = Uint32Array.of(heaviest);
  const row = { rows: 1, columns: vectors.columns, offsets: Uint32Array.of(0, 1), indices, values: Float32Array.of(1) };
  const [[named] = []] = await sparse.embedder.decode(row);
  await sparse.close();

  const { parts, weights } = JSON.parse((await sluice('inspect', place, '--top', '3', '--json')).out);
  expect(parts).toContainEqual(
    expect.objectContaining({ name: 'splade', kind: 'impact', postings: vectors.indices.length }),
  );
  expect(weights.splade).toMatchObject({ documents: 3, terms: total.size, postings: vectors.indices.length });
  expect(weights.splade.heaviestTerms).toHaveLength(3);
  expect(weights.splade.heaviestTerms[0]).toMatchObject({ term: heaviest, text: named?.term });
  const { out } = await sluice('inspect', place, '--top', '3');
  expect(out).toMatch(/^splade +impact /m);
  expect(out).toMatch(/^heaviest +documents +weight in all +mean +greatest\n/m);
  expect(out).not.toMatch(/by number/);

  await rm(own, { recursive: true });
  const without = await sluice('inspect', place, '--top', '3');
  expect(without.exitCode).toBe(0);
  expect(without.out).toMatch(new RegExp(`^${heaviest} +\\d`, 'm'));
  expect(without.out).toMatch(/^Terms are named by number: /m);
});
