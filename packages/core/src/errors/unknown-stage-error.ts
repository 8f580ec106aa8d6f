import { SluiceError } from './sluice-error.js';

/** A written pipeline names a type that its registry does not have. */
export class UnknownStageError extends SluiceError {
  readonly code = 'SLUICE_UNKNOWN_STAGE';
  /** The type that was asked for. */
  readonly type: string;
  /** What was expected there: `retriever`, `stage`, `fusion`, `reranker`, `filter`. */
  readonly kind: string;
  /** Where in the pipeline, in dots: `stages.0.by`. Empty at the top. */
  readonly path: string;
  /** The types that would do there, in alphabetical order. */
  readonly known: readonly string[];

  constructor({ type, kind, path, known }: Pick<UnknownStageError, 'type' | 'kind' | 'path' | 'known'>) {
    super(
      `${path || 'pipeline'}: no ${kind} is called '${type}' (known: ${known.join(', ') || 'none'}).`,
      'Correct the type, or register it with StageRegistry.register().',
    );
    this.type = type;
    this.kind = kind;
    this.path = path;
    this.known = known;
  }
}
