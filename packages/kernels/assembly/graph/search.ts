import { nodeOf, scoreOf } from './entries';
import { field, POOL, ROOT } from './fields';
import { prepareQuery } from './query';
import { ENTRY, TOP_LEVEL } from './root';
import { descend, searchLevel, startAt } from './walk';

/** The best `beam` nodes for the query, as nodes and scores, best first; how many there are. */
export function searchGraph(graph: usize, beam: usize, nodes: usize, scores: usize): usize {
  prepareQuery(graph);
  const root = field(graph, ROOT);
  // In this order, as others may be raising both: an entry is on the level that was read before it, or a higher one.
  const top = atomic.load<u32>(root + TOP_LEVEL);
  const start = descend(graph, startAt(graph, atomic.load<u32>(root + ENTRY)), top, 1);
  const size = searchLevel(graph, start, beam, 0);
  const pool = field(graph, POOL);
  for (let at: usize = 0; at < size; at++) {
    const entry = load<i64>(pool + (at << 3));
    store<u32>(nodes + (at << 2), nodeOf(entry));
    store<f32>(scores + (at << 2), scoreOf(entry));
  }
  return size;
}
