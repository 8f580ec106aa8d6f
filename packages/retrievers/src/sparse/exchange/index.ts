export type { CiffDocument, CiffHeader, CiffPostings } from './ciff.js';
export { type ImportCiffOptions, type ImportedCiff, importCiff } from './import-ciff.js';
export { type CiffPart, readCiff } from './read-ciff.js';
export { type WriteCiffOptions, writeCiff } from './write-ciff.js';
