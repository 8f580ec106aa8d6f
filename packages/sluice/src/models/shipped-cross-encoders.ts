/** A cross-encoder that the project ships as a package of its own. */
export interface ShippedCrossEncoder {
  /** The name that `openCrossEncoder` and `--rerank` take. */
  readonly name: string;
  readonly package: string;
  readonly licence: string;
  /** One line for people. */
  readonly description: string;
  /** The folder with its files, in int8; imported only when the model is opened. */
  folder(): Promise<URL>;
}

/** All of them. */
export const shippedCrossEncoders: readonly ShippedCrossEncoder[] = [];
