import type { EncodedTexts } from './encoded-texts.js';
import type { GraphOutput } from './graph-session.js';

/** What follows the graph: how its output becomes what is made of each text. */
export interface Head {
  /** Columns of the vectors that come out. */
  readonly dimensions: number;
  /** Names of the graph's output that it reads, best first. */
  readonly outputs: readonly string[];
  /** Numbers that the graph gives for each token: what decides how many texts may run at once. */
  readonly numbersAToken: number;

  /**
   * Reads what came out of one run. Nothing of `output` may be kept.
   *
   * @throws {ModelFileError} the output has a shape that does not fit the model's configuration
   */
  apply(output: GraphOutput): EncodedTexts;
}
