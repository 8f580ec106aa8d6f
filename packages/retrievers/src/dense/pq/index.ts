export { loadPqIndex, PqIndex, pqIndex } from './pq-index.js';
export type {
  AdannsOpqOptions,
  Kept,
  OpqIndexOptions,
  OpqParameters,
  PqIndexOptions,
  PqParameters,
  PqSettings,
} from './pq-options.js';
