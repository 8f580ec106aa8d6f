export { type Bm25Summary, type SummarizeOptions, summarizeBm25, type TermSummary } from './summarize-bm25.js';
export {
  type ImpactSummary,
  type ImpactTermSummary,
  type SummarizeImpactOptions,
  summarizeImpact,
} from './summarize-impact.js';
