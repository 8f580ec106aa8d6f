import { bm25Scale, cosineScale, type Fusion } from '@sluice/core';
import { type Evaluation, evaluate, pairedTTest, readQrels, readRun } from '@sluice/evaluation';
import { dbsf, linear, rrf } from '@sluice/retrievers';
import { beforeAll, expect, it } from 'vitest';
import { describeWithShared } from '../shared.js';
import { fuseRuns, type NamedRun } from './fuse-runs.js';

const weights = { bm25: 0.4, dense: 0.6 };

describeWithShared('fusing Lucene BM25 (k1 1.2, b .75) and all-MiniLM-L6-v2 on SciFact', (shared) => {
  let evaluated: (run: NamedRun['run']) => Promise<Evaluation>;
  let bm25: NamedRun;
  let dense: NamedRun;

  beforeAll(async () => {
    const golden = `${shared}/golden`;
    const qrels = await readQrels(`${shared}/data/beir/scifact/qrels/test.tsv`);
    evaluated = (run) => evaluate(qrels, run, ['nDCG@10']);
    const [lexical, semantic] = await Promise.all([
      readRun(`${golden}/lucene-bm25-runs/scifact.english-k12b075.trec.gz`),
      readRun(`${golden}/all-MiniLM-L6-v2/scifact.top100.trec.gz`),
    ]);
    bm25 = { source: 'bm25', run: lexical, scale: bm25Scale };
    dense = { source: 'dense', run: semantic, scale: cosineScale };
  });

  it.each<{ name: string; fusion: Fusion; expected: string }>([
    { name: 'z-scores, BM25 .4', fusion: linear({ weights }), expected: '.7305' },
    { name: 'z-scores, equal weights', fusion: linear(), expected: '.7332' },
    { name: 'min-max, BM25 .4', fusion: linear({ normalization: 'min-max', weights }), expected: '.7205' },
    { name: 'min-max, equal weights', fusion: linear({ normalization: 'min-max' }), expected: '.7311' },
    { name: 'rrf', fusion: rrf(), expected: '.7184' },
    { name: 'dbsf', fusion: dbsf(), expected: '.7375' },
  ])('$name: nDCG@10 $expected', async ({ fusion, expected }) => {
    const { summary } = await evaluated(fuseRuns([bm25, dense], fusion));
    expect(summary['nDCG@10']?.toFixed(4)).toBe(`0${expected}`);
  });

  it('z-scores with BM25 .4 beat both sources, p < .01', async () => {
    const fused = await evaluated(fuseRuns([bm25, dense], linear({ weights })));
    for (const { run } of [bm25, dense]) {
      const alone = await evaluated(run);
      const test = pairedTTest(fused.valuesOf('nDCG@10'), alone.valuesOf('nDCG@10'));
      expect(test.difference).toBeGreaterThan(0.04);
      expect(test.p).toBeLessThan(0.01);
    }
  });
});
