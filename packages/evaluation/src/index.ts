export { type EvaluateOptions, Evaluation, evaluate } from './evaluate.js';
export { IdTable } from './id-table.js';
export {
  JudgedRanking,
  type JudgedRankingParts,
  type JudgeOptions,
  judge,
  NOT_POOLED,
  POOLED_UNJUDGED,
} from './judged-ranking.js';
export { type Aggregate, geometricMean, mean, sum } from './measures/aggregate.js';
export { interpolatedPrecisionMean } from './measures/interpolated-precision.js';
export type { Measure } from './measures/measure.js';
export {
  type MeasureFamily,
  type MeasureFamilyParts,
  measureFamily,
  type Parameters,
} from './measures/measure-family.js';
export { measureFamilies, parseMeasure, parseMeasures } from './measures/parse-measure.js';
export { type Judgements, Qrels } from './qrels.js';
export type { ByteSource } from './reading/byte-source.js';
export { type QrelsFormat, type ReadQrelsOptions, readQrels } from './reading/read-qrels.js';
export { type ReadRunOptions, type RunFormat, readRun } from './reading/read-run.js';
export { type Results, Run, type RunOrder } from './run.js';
export { type DocumentOf, toDocuments } from './to-documents.js';
export {
  allTrecMeasures,
  officialMeasures,
  type TrecMeasure,
  type TrecNumber,
  type TrecText,
} from './trec-eval/trec-measures.js';
export { type TrecReportOptions, trecReport } from './trec-eval/trec-report.js';
export { readZScores, ZScores } from './trec-eval/z-scores.js';
