export { openTermReader } from './analyzed-term-reader.js';
export { type Analyzer, noTerm, type TermReader } from './analyzer.js';
export { type CjkGrams, type CjkOptions, cjkAnalyzer } from './cjk-analyzer.js';
export { englishAnalyzer } from './english-analyzer.js';
export type { Folding } from './fold-word.js';
export {
  type LanguageOptions,
  languageAnalyzer,
  type SnowballLanguage,
  snowballLanguages,
} from './language-analyzer.js';
export { type SegmenterOptions, segmenterAnalyzer } from './segmenter-analyzer.js';
