export { type InterpolateOptions, interpolate, interpolateOptions } from './interpolate.js';
