import { type MultiVectorEmbedder, type Retriever, StageRegistry } from '@sluice/core';
import {
  calibrate,
  cosineAdapter,
  cosineAdapterFields,
  crossEncoder,
  crossEncoderOptions,
  foldNearDuplicates,
  foldOptions,
  interpolate,
  interpolateOptions,
  knnFilter,
  knnFilterFields,
  type ListAdapterModel,
  largestGap,
  largestGapOptions,
  lateInteraction,
  lateInteractionOptions,
  listAdapter,
  listAdapterFields,
  loadCalibrator,
  loadCosineAdapter,
  loadKnnFilter,
  loadListAdapter,
  loadTruncation,
  phraseFilter,
  phraseFilterOptions,
  pretrainedListAdapter,
  probabilityFloor,
  probabilityFloorOptions,
  proximity,
  proximityParameters,
  type ScoringModel,
  scoreThreshold,
  scoreThresholdOptions,
  shareOfTopFloor,
  shareOfTopFloorOptions,
  stopEarly,
  stopEarlyOptions,
  topP,
  topPOptions,
  truncateList,
  truncateListFields,
  zScoreFloor,
  zScoreFloorOptions,
} from '@sluice/rerankers';
import {
  bm25fParameters,
  bm25Parameters,
  combMnz,
  combOptions,
  combSum,
  dbsf,
  dbsfOptions,
  type ImpactRetriever,
  linear,
  linearOptions,
  rm3,
  rm3Parameters,
  rocchio,
  rocchioParameters,
  rrf,
  rrfOptions,
  type SpladeParameters,
  spladeParameters,
} from '@sluice/retrievers';
import { z } from 'zod';
import { asGiven } from './as-given.js';
import type { LexicalSources } from './lexical-index.js';
import { hybridOf, lexicalOf, threefoldOf } from './ready-pipelines.js';
import { overSource, termSource } from './term-source.js';

/** What a dense source must find on average of the true nearest; the collection's own where it is left out. */
const recall = z.number().gt(0).max(1).optional();

/** How a stage names a model that is open. */
const modelReference = { model: z.string().min(1), precision: z.enum(['float32', 'int8']).optional() };

/** What pipelines that are written down are made of: a new registry, to which a program may add its own types. */
export function stageTypes(): StageRegistry<SourceMaker> {
  return new StageRegistry<SourceMaker>()
    .register({
      kind: 'retriever',
      type: 'bm25',
      schema: asGiven(bm25Parameters),
      create: (options, sources) => sources.bm25(options),
    })
    .register({
      kind: 'retriever',
      type: 'bm25f',
      schema: asGiven(bm25fParameters),
      create: (options, sources) => sources.bm25f(options),
    })
    .register({
      kind: 'retriever',
      type: 'dense',
      schema: z.strictObject({ name: z.literal('dense').optional(), recall }),
      create: ({ recall }, sources) => sources.dense({ recall }),
    })
    .register({
      kind: 'retriever',
      type: 'splade',
      schema: spladeParameters,
      create: (parameters, sources) => sources.splade(parameters),
    })
    .register({
      kind: 'retriever',
      type: 'hybrid',
      schema: z.strictObject({ weightOfBm25: z.number().min(0).max(1).default(0.4), recall }),
      create: ({ weightOfBm25, recall }, sources) =>
        hybridOf(sources.bm25({}), sources.dense({ recall }), weightOfBm25),
    })
    .register({
      kind: 'retriever',
      type: 'lexical',
      schema: z.strictObject({ weightOfBm25: z.number().min(0).max(1).default(0.4) }),
      create: ({ weightOfBm25 }, sources) => lexicalOf(sources.bm25({}), sources.splade(), weightOfBm25),
    })
    .register({
      kind: 'retriever',
      type: 'threefold',
      schema: z.strictObject({ recall }),
      create: ({ recall }, sources) =>
        threefoldOf({ bm25: sources.bm25({}), dense: sources.dense({ recall }), splade: sources.splade() }),
    })
    .register({
      kind: 'retriever',
      type: 'rm3',
      schema: overSource(rm3Parameters),
      create: ({ source, options }, _, build) => rm3(termSource('rm3', build('retriever', source, 'source')), options),
    })
    .register({
      kind: 'retriever',
      type: 'rocchio',
      schema: overSource(rocchioParameters),
      create: ({ source, options }, _, build) =>
        rocchio(termSource('rocchio', build('retriever', source, 'source')), options),
    })
    .register({
      kind: 'reranker',
      type: 'proximity',
      schema: proximityParameters,
      create(options, sources) {
        const { analyzer, statistics } = sources.bm25({});
        return proximity({ ...options, analyzer, statistics });
      },
    })
    .register({
      kind: 'filter',
      type: 'phrases',
      schema: phraseFilterOptions,
      create: (_, sources) => phraseFilter({ analyzer: sources.bm25({}).analyzer }),
    })
    .register({
      kind: 'stage',
      type: 'calibrate',
      schema: z.strictObject({ calibrator: z.unknown() }),
      create: ({ calibrator }) => calibrate(loadCalibrator(calibrator)),
    })
    .register({
      kind: 'reranker',
      type: 'cross-encoder',
      schema: crossEncoderOptions.extend(modelReference),
      create: ({ model, precision, ...options }, sources) =>
        crossEncoder(sources.crossEncoder({ model, precision }), options),
    })
    .register({
      kind: 'reranker',
      type: 'late-interaction',
      schema: lateInteractionOptions.extend(modelReference),
      create: ({ model, precision, ...options }, sources) => {
        const embedder = sources.lateModel({ model, precision });
        return lateInteraction({ embedder, model, precision, ...options });
      },
    })
    .register({
      kind: 'reranker',
      type: 'stop-early',
      schema: stopEarlyOptions.extend({ by: z.looseObject({ type: z.string() }) }),
      create: ({ by, ...options }, _, build) => stopEarly(build('reranker', by, 'by'), options),
    })
    .register({
      kind: 'reranker',
      type: 'interpolate',
      schema: interpolateOptions.extend({ by: z.looseObject({ type: z.string() }) }),
      create: ({ by, ...options }, _, build) => interpolate(build('reranker', by, 'by'), options),
    })
    .register({ kind: 'fusion', type: 'rrf', schema: rrfOptions, create: (options) => rrf(options) })
    .register({ kind: 'fusion', type: 'linear', schema: linearOptions, create: (options) => linear(options) })
    .register({ kind: 'fusion', type: 'comb-sum', schema: combOptions, create: (options) => combSum(options) })
    .register({ kind: 'fusion', type: 'comb-mnz', schema: combOptions, create: (options) => combMnz(options) })
    .register({ kind: 'fusion', type: 'dbsf', schema: dbsfOptions, create: (options) => dbsf(options) })
    .register({ kind: 'filter', type: 'scoreThreshold', schema: scoreThresholdOptions, create: scoreThreshold })
    .register({ kind: 'filter', type: 'probabilityFloor', schema: probabilityFloorOptions, create: probabilityFloor })
    .register({ kind: 'filter', type: 'zScoreFloor', schema: zScoreFloorOptions, create: zScoreFloor })
    .register({ kind: 'filter', type: 'shareOfTopFloor', schema: shareOfTopFloorOptions, create: shareOfTopFloor })
    .register({ kind: 'filter', type: 'largestGap', schema: largestGapOptions, create: largestGap })
    .register({ kind: 'filter', type: 'topP', schema: topPOptions, create: topP })
    .register({
      kind: 'filter',
      type: 'listAdapter',
      schema: z.strictObject({ model: z.unknown(), ...listAdapterFields }),
      create: ({ model, ...options }) => listAdapter(listAdapterOf(model), options),
    })
    .register({
      kind: 'filter',
      type: 'cosineAdapter',
      schema: z.strictObject({ model: z.unknown(), ...cosineAdapterFields }),
      create: ({ model, ...options }) => cosineAdapter(loadCosineAdapter(model), options),
    })
    .register({
      kind: 'filter',
      type: 'knnFilter',
      schema: z.strictObject({ model: z.unknown(), ...knnFilterFields }),
      create: ({ model, ...options }) => knnFilter(loadKnnFilter(model), options),
    })
    .register({
      kind: 'filter',
      type: 'truncateList',
      schema: z.strictObject({ model: z.unknown(), ...truncateListFields }),
      create: ({ model, ...options }) => truncateList(loadTruncation(model), options),
    })
    .register({ kind: 'filter', type: 'foldNearDuplicates', schema: foldOptions, create: foldNearDuplicates });
}

/** The model that ships, by name, or one that is written out. */
function listAdapterOf(model: unknown): ListAdapterModel {
  if (model === 'pretrained') return pretrainedListAdapter('lexical');
  return model === 'pretrained, dense' ? pretrainedListAdapter('dense-only') : loadListAdapter(model);
}

/** A model that a stage names; any of its weights where no precision is said. */
interface OpenReference {
  readonly model: string;
  readonly precision?: 'float32' | 'int8' | undefined;
}

/** Where written pipelines get their sources. */
export interface SourceMaker extends LexicalSources {
  /**
   * The dense source, with a recall other than the collection's own.
   *
   * @throws {InvalidOptionsError} the collection has no vectors
   */
  dense(parameters?: { readonly recall?: number | undefined }): Retriever;
  /**
   * A cross-encoder that is open.
   *
   * @throws {InvalidOptionsError} it is not among those that the collection was opened with
   */
  crossEncoder(reference: OpenReference): ScoringModel;
  /**
   * A late interaction model that is open.
   *
   * @throws {InvalidOptionsError} it is not among those that the collection was opened with
   */
  lateModel(reference: OpenReference): MultiVectorEmbedder;
  /**
   * The SPLADE source.
   *
   * @throws {InvalidOptionsError} the collection has no sparse vectors
   */
  splade(parameters?: SpladeParameters): ImpactRetriever;
}
