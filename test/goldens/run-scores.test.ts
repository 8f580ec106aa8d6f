import { readFileSync } from 'node:fs';
import { evaluate, readQrels, readRun } from '@sluice/evaluation';
import { describe, expect, it } from 'vitest';
import { describeWithShared } from '../shared.js';

/** Collections whose published scores were made with grade 2 as the least relevant one (trec_eval -l2). */
const RELEVANT_FROM_2 = new Set(['msmarco-dl19-pool']);

describeWithShared('scores of stored runs are the published ones', (shared) => {
  const qrelsOf = (collection: string) => readQrels(`${shared}/data/beir/${collection}/qrels/test.tsv`);

  describe('Lucene BM25, four measures to four digits', () => {
    it.each(luceneRows(shared))('$collection $setting', async ({ collection, setting, expected }) => {
      const run = await readRun(`${shared}/golden/lucene-bm25-runs/${collection}.${setting}.trec.gz`);
      const rel = RELEVANT_FROM_2.has(collection) ? '(rel=2)' : '';
      const { summary } = await evaluate(await qrelsOf(collection), run, [
        `AP${rel}`,
        `RR${rel}`,
        `R${rel}@100`,
        'nDCG@10',
      ]);
      expect(Object.values(summary).map((value) => value.toFixed(4))).toEqual(expected);
    });
  });

  it.each([
    ['BM25', 'dl19-passage', 'bm25-default'],
    ['BM25_RM3', 'dl19-passage', 'bm25-default+rm3'],
    ['SPLADE_P_P_ENSEMBLE_DISTIL', 'dl19-passage.splade-pp-ed.onnx', 'splade-pp-ed-onnx'],
  ])('%s on TREC DL 2019 as Anserini publishes it', async (system, regression, model) => {
    const run = await readRun(`${shared}/golden/msmarco-dl-runs/dl19.${system}.trec`);
    const qrels = await readQrels(`${shared}/data/beir/msmarco-dl19-pool/qrels/full.tsv`);
    const { summary } = await evaluate(qrels, run, ['nDCG@10', 'R(rel=2)@100']);
    const published = anseriniScores(shared, regression, model);
    expect(Object.values(summary).map((value) => value.toFixed(4))).toEqual([
      published.get('nDCG@10'),
      published.get('R@100'),
    ]);
  });

  it('all-MiniLM-L6-v2 on SciFact: nDCG@10 .6451', async () => {
    const run = await readRun(`${shared}/golden/all-MiniLM-L6-v2/scifact.top100.trec.gz`);
    const { summary } = await evaluate(await qrelsOf('scifact'), run, ['nDCG@10']);
    expect(summary['nDCG@10']?.toFixed(4)).toBe('0.6451');
  });

  it('SPLADE-v3 on NFCorpus: equal scores are ordered by falling id, as in the stored run', async () => {
    const path = `${shared}/golden/splade-v3-nfcorpus/expected-run.top100.trec`;
    const [sorted, stored] = await Promise.all([readRun(path), readRun(path, { order: 'given' })]);
    const ties = stored.queryIds.filter(
      (id) => new Set(stored.of(id)?.scores).size < (stored.of(id)?.scores.length ?? 0),
    );
    expect(ties.length).toBeGreaterThan(10);
    for (const id of stored.queryIds) expect(sorted.idsOf(id)).toEqual(stored.idsOf(id));
  });
});

interface LuceneRow {
  readonly collection: string;
  readonly setting: string;
  /** map, recip_rank, recall_100, ndcg_cut_10 */
  readonly expected: readonly string[];
}

function luceneRows(shared: string): LuceneRow[] {
  if (!shared) return [];
  const lines = readFileSync(`${shared}/golden/lucene-bm25-runs/evaluation.txt`, 'utf8').trim().split('\n');
  return lines.map((line) => {
    const [collection = '', setting = '', , , ...scores] = line.trim().split(/\s+/);
    return { collection, setting, expected: scores.map((score) => score.split('=')[1] ?? '') };
  });
}

/** Published scores by measure. */
function anseriniScores(shared: string, regression: string, model: string): Map<string, string> {
  const rows = readFileSync(`${shared}/golden/anserini-reference/regression-scores.tsv`, 'utf8').split('\n');
  const cells = rows.map((row) => row.split('\t'));
  return new Map(
    cells.flatMap(([name, of, topics, measure = '', score = '']) =>
      name === regression && of === model && topics === 'dl19-passage' ? [[measure, score] as const] : [],
    ),
  );
}
