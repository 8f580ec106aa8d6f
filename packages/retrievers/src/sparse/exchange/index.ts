export type { CiffDocument, CiffHeader, CiffPostings } from './ciff.js';
export { type ImportCiffOptions, type ImportedCiff, importCiff } from './import-ciff.js';
export { type ImportedVectors, type ImportVectorsOptions, importVectors } from './import-vectors.js';
export { type CiffPart, readCiff } from './read-ciff.js';
export {
  type LineBatch,
  type Lines,
  numberedVector,
  readTermVectors,
  readTopicVectors,
  type TermVector,
  type TopicVector,
  termVectorLine,
} from './term-vectors.js';
export { type WriteCiffOptions, writeCiff } from './write-ciff.js';
