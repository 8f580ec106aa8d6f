export {
  type FitListAdapterOptions,
  fitListAdapter,
  type RefineListAdapterOptions,
  refineListAdapter,
} from './fit-list-adapter.js';
export type { LabelledList } from './judged-features.js';
export { type ListAdapterOptions, listAdapter, listAdapterFields } from './list-adapter.js';
export {
  candidateLogits,
  type ListAdapterModel,
  listAdapterToJson,
  listLogits,
  loadListAdapter,
  shiftListAdapter,
} from './list-adapter-model.js';
export { type CandidateScores, type ListFeature, listFeatures, writeListFeatures } from './list-features.js';
export { pretrainedListAdapter } from './pretrained-list-adapter.js';
