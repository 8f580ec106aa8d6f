export { type Bm25Summary, summarizeBm25, type TermSummary } from './summarize-bm25.js';
export { type ImpactSummary, type ImpactTermSummary, summarizeImpact } from './summarize-impact.js';
export type { SummarizeOptions } from './summarize-options.js';
