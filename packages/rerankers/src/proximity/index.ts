export { type PhraseFilterOptions, phraseFilter, phraseFilterOptions } from './phrase-filter.js';
export { type ProximityOptions, type ProximityParameters, proximity, proximityParameters } from './proximity.js';
