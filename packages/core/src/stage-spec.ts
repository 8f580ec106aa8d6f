/** A value that JSON can hold. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A stage written down, for YAML and JSON pipelines: its registered type and its options. */
export interface StageSpec {
  /** The name that a stage registry knows: `bm25`, `fuse`. */
  readonly type: string;
  readonly [option: string]: Json;
}
