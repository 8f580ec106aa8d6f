import type { Json, Matrix } from '@sluice/core';
import type { VectorShape } from '../vector-shape.js';

/**
 * What an engine for nearest neighbours from elsewhere must do to become a `VectorIndex` by `rescoredIndex`: add, and
 * propose. Ids, updates, removals, filters, exact scores and refusals are not its concern.
 */
export interface CandidateEngine {
  /** Bytes of memory in use, as far as is known. */
  readonly bytes: number;

  /**
   * Adds vectors under labels that were never used before; nothing is ever removed.
   *
   * @param vectors a row for each label, checked, and of unit length under cosine
   */
  add(labels: Uint32Array, vectors: Matrix): void;

  /**
   * Labels of about the nearest `count`, none twice, in any order; fewer where it finds no more.
   *
   * @param query checked, and of unit length under cosine
   * @param count 1 to the number of labels; the larger, the more effort
   */
  propose(query: Float32Array, count: number): Uint32Array;

  /** Everything that `load` of its kind needs. */
  save(): Uint8Array;
}

/** A kind of engine. */
export interface CandidateEngines {
  /** Its name in saved indexes: `usearch`. */
  readonly kind: string;
  /** How its engines are made, saved with them. */
  readonly settings: Json;
  create(shape: VectorShape): CandidateEngine;
  /** @param bytes from `save`, whole and unchanged: that has been checked */
  load(shape: VectorShape, bytes: Uint8Array): CandidateEngine;
  /** sha256 or another checksum of bytes, as text: native loaders may crash on what is damaged. */
  checksum(bytes: Uint8Array): string;
}

/** How saved engines of a kind are loaded. */
export interface EngineLoader {
  readonly kind: string;
  /**
   * The engines of the settings that were saved.
   *
   * @throws {SluiceError} the settings are not such ones: they come from outside
   */
  enginesWith(settings: Json): CandidateEngines;
}
