export { combMnz } from './comb-mnz.js';
export { type CombNormalization, type CombOptions, combOptions } from './comb-options.js';
export { combSum } from './comb-sum.js';
export { type DbsfOptions, dbsf, dbsfOptions } from './dbsf.js';
export { type LinearOptions, linear, linearOptions } from './linear.js';
export { type Normalization, type Normalized, normalize } from './normalization.js';
export { type RrfOptions, rrf, rrfOptions } from './rrf.js';
export { type Weights, weightsOption } from './weights.js';
