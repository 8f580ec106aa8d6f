import { createHash } from 'node:crypto';
import { type Matrix, rowOf } from '@sluice/core';
import type { CandidateEngine, CandidateEngines, VectorShape } from '@sluice/retrievers';
import type { HnswlibGraph, HnswlibLibrary } from './hnswlib-library.js';
import type { HnswlibSettings } from './hnswlib-settings.js';
import { bytesThroughFile, readThroughFile } from './through-file.js';

const FIRST_ROOM = 1024;
/** A label, a level and the counts of links. */
const NODE_BYTES = 24;

/** Engines over hnswlib of one setting. */
export function hnswlibEngines({ HierarchicalNSW }: HnswlibLibrary, settings: HnswlibSettings): CandidateEngines {
  // Vectors of unit length come for cosine: the inner product is then their cosine.
  const make = ({ dimensions, similarity }: VectorShape): HnswlibGraph =>
    new HierarchicalNSW(similarity === 'euclidean' ? 'l2' : 'ip', dimensions);
  return {
    kind: 'hnswlib',
    settings: { ...settings },
    create(shape) {
      const graph = make(shape);
      const { degree, buildBeam, seed } = settings;
      graph.initIndex({ maxElements: FIRST_ROOM, m: degree, efConstruction: buildBeam, randomSeed: seed });
      return new HnswlibEngine(graph, shape, settings);
    },
    load(shape, bytes) {
      const graph = make(shape);
      readThroughFile(bytes, (file) => graph.readIndexSync(file));
      return new HnswlibEngine(graph, shape, settings);
    },
    checksum: (bytes) => createHash('sha256').update(bytes).digest('hex'),
  };
}

class HnswlibEngine implements CandidateEngine {
  readonly #graph: HnswlibGraph;
  readonly #vectorBytes: number;

  constructor(graph: HnswlibGraph, { dimensions }: VectorShape, { degree }: HnswlibSettings) {
    this.#graph = graph;
    this.#vectorBytes = dimensions * 4 + 2 * degree * 4 + NODE_BYTES;
  }

  /** An estimate: the library does not tell. Room for vectors to come is taken already. */
  get bytes(): number {
    return this.#graph.getMaxElements() * this.#vectorBytes;
  }

  add(labels: Uint32Array, vectors: Matrix): void {
    const needed = this.#graph.getCurrentCount() + labels.length;
    if (needed > this.#graph.getMaxElements()) {
      this.#graph.resizeIndex(Math.max(needed, Math.ceil(this.#graph.getMaxElements() * 1.5)));
    }
    for (const [row, label] of labels.entries()) this.#graph.addPoint(Array.from(rowOf(vectors, row)), label);
  }

  propose(query: Float32Array, count: number): Uint32Array {
    // More than there are is an error in the library, not a shorter list.
    const asked = Math.min(count, this.#graph.getCurrentCount());
    if (asked === 0) return new Uint32Array(0);
    this.#graph.setEf(asked);
    return Uint32Array.from(this.#graph.searchKnn(Array.from(query), asked).neighbors);
  }

  save(): Uint8Array {
    return bytesThroughFile((file) => this.#graph.writeIndexSync(file));
  }
}
