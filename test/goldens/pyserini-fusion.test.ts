import { readFileSync } from 'node:fs';
import { dotScale, type Fusion, idSpace, Ranking, type SourceRanking } from '@sluice/core';
import { combSum, linear, rrf } from '@sluice/retrievers';
import { expect, it } from 'vitest';
import { describeWithShared } from '../shared.js';

interface Row {
  readonly query: string;
  readonly document: string;
  readonly rank: number;
  readonly score: number;
}

describeWithShared('Pyserini fuses the same', (shared) => {
  const rowsOf = (name: string): Row[] => parseRows(`${shared}/golden/pyserini-fusion/simple_trec_run_${name}.txt`);

  it.each<{ golden: string; runs: string[]; fusion: Fusion }>([
    { golden: 'rrf', runs: ['fusion_1', 'fusion_2'], fusion: rrf({ k: 60 }) },
    { golden: 'average', runs: ['fusion_1', 'fusion_2'], fusion: linear({ normalization: 'none' }) },
    {
      golden: 'interpolation',
      runs: ['fusion_1', 'fusion_2'],
      fusion: linear({ normalization: 'none', weights: [0.4, 0.6] }),
    },
    { golden: 'normalize', runs: ['fusion_1'], fusion: combSum({ normalization: 'min-max' }) },
  ])('$golden', ({ golden, runs, fusion }) => {
    const expected = rowsOf(`${golden}_verify`);
    const inputs = runs.map(rowsOf);
    for (const query of new Set(expected.map((row) => row.query))) {
      const fused = fusion.fuse(sourcesOf(inputs, query), 100);
      const found = fused.ids.flatMap((id, at) => (id.startsWith('filler') ? [] : [{ id, score: fused.scores[at] }]));
      const rows = expected.filter((row) => row.query === query);
      expect(found.map(({ id }) => id)).toEqual(rows.map(({ document }) => document));
      // The file holds doubles, rankings float32: they agree to half a unit in the 24th bit.
      for (const [at, { score }] of rows.entries()) expect(found[at]?.score).toBe(Math.fround(score));
    }
  });
});

function parseRows(path: string): Row[] {
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  return lines.map((line) => {
    const [query = '', , document = '', rank, score] = line.split(/\s+/);
    return { query, document, rank: Number(rank), score: Number(score) };
  });
}

/** One query's rows as rankings. The files skip ranks, which rankings cannot: a filler stands at each skipped one. */
function sourcesOf(runs: readonly (readonly Row[])[], query: string): SourceRanking[] {
  const lists = runs.map((rows, run) =>
    withFillers(
      rows.filter((row) => row.query === query),
      `filler-${run}`,
    ),
  );
  const space = idSpace([...new Set(lists.flat().map(({ document }) => document))], 'run');
  return lists.map((list, run) => ({
    source: `run-${run}`,
    ranking: new Ranking({
      space,
      ordinals: Uint32Array.from(list, ({ document }) => space.ordinalOf(document) ?? 0),
      scores: Float32Array.from(list, ({ score }) => score),
      scale: dotScale,
    }),
  }));
}

function withFillers(rows: readonly Row[], name: string): Row[] {
  return Array.from({ length: rows.at(-1)?.rank ?? 0 }, (_, at) => {
    const row = rows.findLast(({ rank }) => rank <= at + 1);
    if (!row) throw new Error('A run begins with rank 1.');
    return row.rank === at + 1 ? row : { ...row, document: `${name}-${at + 1}` };
  });
}
