export { openTermReader } from './analyzed-term-reader.js';
export { type Analyzer, noTerm, type TermReader } from './analyzer.js';
export { englishAnalyzer } from './english-analyzer.js';
