import type { Query } from './query.js';
import type { Ranking } from './ranking.js';

/** What a stage after retrieval works on: one query and what was found for it so far. */
export interface Candidates {
  readonly query: Query;
  readonly ranking: Ranking;
  /** Query vectors by source, present when a stage requires `query.<source>`. */
  readonly queryVectors?: Readonly<Record<string, Float32Array>>;
}
