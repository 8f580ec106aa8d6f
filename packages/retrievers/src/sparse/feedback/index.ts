export type { ReadTexts } from '../document-texts.js';
export type { FeedbackParameters } from './feedback-parameters.js';
export type { FeedbackRetriever } from './feedback-retriever.js';
export { type Rm3Options, type Rm3Parameters, rm3, rm3Parameters } from './rm3.js';
export { type RocchioOptions, type RocchioParameters, rocchio, rocchioParameters } from './rocchio.js';
