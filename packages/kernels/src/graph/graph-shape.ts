import { INT8_COLUMNS } from '../int8.js';
import { SKETCH_NUMBER_BYTES, signBytes } from './graph-layout.js';

/** What a graph is made for. */
export interface GraphShape {
  /** Integers of a node: a multiple of 16, at most 32,768. */
  readonly columns: number;
  /** Links of a node on each level above the ground, where it has twice as many: 2 to 256. */
  readonly degree: number;
  /** 1: scores are inner products. 2: with biases of -|x|², they are negated squared distances. */
  readonly factor: 1 | 2;
}

/** A vector as a graph sees it: `value[c] = integers[c] * scale`. */
export interface GraphCode {
  /** -239 to 239; `columns` of them. */
  readonly integers: ArrayLike<number>;
  readonly scale: number;
  readonly bias: number;
}

/** What a graph holds, one after the other for all nodes. Blocks of links are a count, then that many nodes. */
export interface GraphParts {
  /** `columns` a node: what is added to its signs times 120. */
  readonly codes: Int8Array;
  /** `sketchBytes` a node: its signs, then its scale, bias, weight and error in float32. */
  readonly sketches: Uint8Array;
  /** The highest level of each node. */
  readonly levels: Uint8Array;
  /** Blocks of 1 + 2 x `degree` numbers. */
  readonly links: Uint32Array;
  /** Blocks of 1 + `degree` numbers: the levels of a node from 1 up, then those of the next node. */
  readonly upperLinks: Uint32Array;
}

/** Nodes and their approximate scores, best first. */
export interface GraphNeighbours {
  readonly nodes: Uint32Array;
  readonly scores: Float32Array;
}

/** Codes of a node: its dimensions in whole kernel steps. */
export function graphColumns(dimensions: number): number {
  return Math.ceil(dimensions / INT8_COLUMNS) * INT8_COLUMNS;
}

/** Bytes of a node's sketch. */
export function graphSketchBytes(dimensions: number): number {
  return signBytes(graphColumns(dimensions)) + SKETCH_NUMBER_BYTES;
}
