import { fileURLToPath } from 'node:url';
import type { NamedLateModel } from 'sluice';
import { expect, it } from 'vitest';
import type { AskedPipeline } from './pipeline-file.js';
import { withRerankers } from './rerankers.js';

const fixture = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const late = fixture('embedders/src/multi-vector/fixtures/stanford');
const cross = fixture('inference/src/fixtures/cross-encoders/bert');

function writtenWith(type: string, model: string): AskedPipeline {
  const stages = [{ type: 'bm25' }, { type: 'rerank', by: { type, model }, depth: 5 }];
  return { name: type, choice: { type: 'pipeline', stages } };
}

it.each([
  { asked: late, column: 'late' },
  { asked: cross, column: 'cross-encoder' },
  { asked: undefined, column: undefined },
])('opens what files name and `--rerank`, which is $column, each once', async ({ asked, column }) => {
  const pipelines = [writtenWith('late-interaction', late), writtenWith('cross-encoder', cross)];
  const choice = { rerankDepth: 5, ...(asked !== undefined && { rerank: asked }) };
  const found = await withRerankers(choice, pipelines, async ({ models, added }) => ({
    counts: { crossEncoders: models.crossEncoders.length, lateModels: models.lateModels.length },
    column: added?.reranker.name,
    weight: added?.weight,
  }));
  expect(found).toEqual({ counts: { crossEncoders: 1, lateModels: 1 }, column, weight: column && 1 });
});

it('closes what it opened, however the work ends', async () => {
  const kept: NamedLateModel[] = [];
  for (const end of ['done', new Error('at work')]) {
    const work = withRerankers({ rerank: late }, [], async ({ models }) => {
      kept.push(...models.lateModels);
      if (end instanceof Error) throw end;
      return end;
    });
    expect(await work.catch((error) => error)).toBe(end);
  }
  expect(kept).toHaveLength(2);
  for (const { embedder } of kept) {
    await expect(embedder.encodeQueries(['river'])).rejects.toMatchObject({ code: 'SLUICE_CLOSED' });
  }
});

it('refuses what is no model', async () => {
  const pipelines = [writtenWith('cross-encoder', cross), writtenWith('late-interaction', 'nowhere')];
  const refusal = { code: 'SLUICE_MODEL_FILE' };
  await expect(withRerankers({}, pipelines, async () => 1)).rejects.toMatchObject(refusal);
});
