export * from './calibration/index.js';
export type { IdentifiedQuery, TestCollection } from './datasets/collection.js';
export { openBeir } from './datasets/open-beir.js';
export { type EvaluateOptions, Evaluation, evaluate } from './evaluate.js';
export { type CompareOptions, compareRuns } from './experiment/compare-runs.js';
export type { ComparedMeasure, ComparedSystem, Comparison } from './experiment/comparison.js';
export { type ExperimentOptions, experiment } from './experiment/experiment.js';
export { type ComparisonFormat, formatComparison } from './experiment/format-comparison.js';
export { type QueryDifference, type QueryDifferences, queryDifferences } from './experiment/query-differences.js';
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
export { allEvidence, type EvidenceSets } from './measures/all-evidence.js';
export { interpolatedPrecisionMean } from './measures/interpolated-precision.js';
export type { Measure } from './measures/measure.js';
export {
  type MeasureFamily,
  type MeasureFamilyParts,
  measureFamily,
  type Parameters,
} from './measures/measure-family.js';
export { measureFamilies, parseMeasure, parseMeasures } from './measures/parse-measure.js';
export { recallWithinTokens, type TokenBudget } from './measures/token-budget.js';
export { type PooledLists, pooledAreaInterval } from './pooled/area-interval.js';
export { type AnswerableOptions, answerableAuroc, auroc } from './pooled/auroc.js';
export { type FilterReport, filterReport } from './pooled/filter-report.js';
export { type Pool, type PoolOptions, poolOf, poolScores, poolSteps } from './pooled/pool.js';
export { type PooledScores, poolLists } from './pooled/pool-lists.js';
export {
  type Cut,
  cutAtRecall,
  pooledAreaSteps,
  pooledCuts,
  pooledPrecisionRecallArea,
  pooledScoresAreaSteps,
} from './pooled/precision-recall.js';
export { type Judgements, Qrels } from './qrels.js';
export { type ByteSource, readBytes } from './reading/byte-source.js';
export { readJsonlDocuments, readJsonlQueries } from './reading/read-jsonl.js';
export { readMsmarcoDocuments, readMsmarcoQueries } from './reading/read-msmarco.js';
export { type QrelsFormat, type ReadQrelsOptions, readQrels } from './reading/read-qrels.js';
export { type ReadRunOptions, type RunFormat, readRun } from './reading/read-run.js';
export { type LineBatch, type LineOptions, readLines } from './reading/text-lines.js';
export { type Results, Run, type RunOrder } from './run.js';
export { type BootstrapOptions, bootstrapInterval, type Interval } from './significance/bootstrap-interval.js';
export { type Correction, correctPValues } from './significance/correction.js';
export { type PairedTest, pairedTTest, type TTest } from './significance/paired-t-test.js';
export {
  type RandomisationOptions,
  type RandomisationTest,
  randomisationTest,
} from './significance/randomisation-test.js';
export { type DocumentOf, toDocuments } from './to-documents.js';
export { groupReport } from './trec-eval/group-report.js';
export { type GroupedQrels, judgeByGroup, readGroupedQrels } from './trec-eval/judgment-groups.js';
export { type PreferenceMeasure, preferenceMeasures } from './trec-eval/preference-measures.js';
export { preferenceReport } from './trec-eval/preference-report.js';
export {
  matchPreferences,
  type PreferenceGroup,
  type PreferenceLevel,
  type Preferences,
  type PreferredRanking,
} from './trec-eval/preferences.js';
export { type PreferencesFormat, readPreferences } from './trec-eval/read-preferences.js';
export {
  allTrecMeasures,
  officialMeasures,
  type TrecMeasure,
  type TrecNumber,
  type TrecText,
} from './trec-eval/trec-measures.js';
export { type TrecReportOptions, trecReport } from './trec-eval/trec-report.js';
export { readZScores, ZScores } from './trec-eval/z-scores.js';
export { evaluateRankings } from './tuning/evaluate-rankings.js';
export { type GridCandidate, grid } from './tuning/grid.js';
export { type Tuned, type TunedFold, type TuneOptions, tune } from './tuning/tune.js';
export { beirQrelsLines, trecQrelsLines } from './writing/qrels-lines.js';
export { nextBelow, type ToTrecOptions, toTrec, trecLines } from './writing/to-trec.js';
