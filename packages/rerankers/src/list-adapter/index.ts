export { type FitListAdapterOptions, fitListAdapter, type LabelledList } from './fit-list-adapter.js';
export { type ListAdapterOptions, listAdapter } from './list-adapter.js';
export { candidateLogits, type ListAdapterModel, listLogits, loadListAdapter } from './list-adapter-model.js';
export { type CandidateScores, type ListFeature, listFeatures, writeListFeatures } from './list-features.js';
