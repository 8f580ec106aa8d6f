import type { CallOptions, MultiVectors } from '@sluice/core';
import type { ScoringModel } from '@sluice/rerankers';
import type { NamedCrossEncoder, NamedLateModel } from 'sluice';
import type { RerankerModels } from '../rerankers.js';
import { RememberedRows } from './remembered-rows.js';

/**
 * The same models, which read no pair and no text twice: settings of one hybrid find much the same passages, and a
 * reranker that read them for each of 264 would take days. They are open for as long as the given ones.
 */
export function rememberingModels({ crossEncoders, lateModels }: RerankerModels): RerankerModels {
  return { crossEncoders: crossEncoders.map(rememberingPairs), lateModels: lateModels.map(rememberingTexts) };
}

function rememberingPairs(opened: NamedCrossEncoder): NamedCrossEncoder {
  const { model } = opened;
  const logits = new RememberedRows();
  const score: ScoringModel['score'] = async (pairs, options) => {
    const { length, long, unit } = pairs;
    const how = JSON.stringify(long ?? null);
    const keys = Array.from({ length }, (_, at) => JSON.stringify([how, pairs.first(at), pairs.second(at)]));
    const { offsets, rows } = await logits.of(
      keys,
      async (places) => {
        const first = (at: number): string => pairs.first(places[at] ?? 0);
        const second = (at: number): string => pairs.second(places[at] ?? 0);
        const read = await model.score({ unit, length: places.length, first, second, long }, options);
        return { offsets: read.offsets, rows: read.logits };
      },
      model.labels.length,
    );
    return { offsets, logits: rows };
  };
  return { ...opened, model: { ...model, score } };
}

function rememberingTexts(opened: NamedLateModel): NamedLateModel {
  const { embedder } = opened;
  const { dimensions, similarity, fingerprint, model } = embedder;
  return {
    ...opened,
    embedder: {
      ...{ dimensions, similarity, fingerprint, model },
      encodeQueries: remembering((texts, options) => embedder.encodeQueries(texts, options), dimensions),
      encodeDocuments: remembering((texts, options) => embedder.encodeDocuments(texts, options), dimensions),
      close: () => embedder.close(),
    },
  };
}

type Encode<Text> = (texts: readonly Text[], options?: CallOptions) => Promise<MultiVectors>;

function remembering<Text>(encode: Encode<Text>, dimensions: number): Encode<Text> {
  const remembered = new RememberedRows();
  return async (texts, options) => {
    const compute = async (missing: readonly number[]) => {
      const places = new Set(missing);
      const { offsets, vectors } = await encode(
        texts.filter((_, at) => places.has(at)),
        options,
      );
      return { offsets, rows: vectors };
    };
    const keys = texts.map((text) => JSON.stringify(text));
    const { offsets, rows } = await remembered.of(keys, compute, dimensions);
    return { texts: texts.length, offsets, vectors: rows };
  };
}
