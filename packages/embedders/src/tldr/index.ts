export type { TldrEpoch } from './tldr-training.js';
export { type TldrOptions, type TrainedTldr, trainTldr } from './train-tldr.js';
