export { type BetaParameters, beta, fitBeta } from './beta.js';
export { calibrate } from './calibrate.js';
export type { Calibrator, FitOptions, LabelledScores } from './calibrator.js';
export { fitIsotonic, type IsotonicCurve, isotonic } from './isotonic.js';
export { loadCalibrator } from './load-calibrator.js';
export { fitPlatt, type PlattParameters, platt } from './platt.js';
export { fitTemperature, temperature } from './temperature.js';
