export { IvfIndex, ivfIndex, loadIvfIndex } from './ivf-index.js';
export type { IvfIndexOptions, IvfParameters, IvfSettings, SliceParameters, SliceWidths } from './ivf-options.js';
