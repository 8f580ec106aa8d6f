import { UnwritableStageError } from '../errors/unwritable-stage-error.js';
import type { Retriever } from '../retriever.js';
import type { StageSpec } from '../stage-spec.js';

/**
 * A part as it stands in a pipeline file.
 *
 * @throws {UnwritableStageError} the part has no `toSpec()`
 */
export function specOf(part: { readonly name: string; toSpec?(): StageSpec }): StageSpec {
  if (!part.toSpec) throw new UnwritableStageError({ stage: part.name });
  return part.toSpec();
}

/** A retriever as people read it: a composition in full, after its name if it was given one; any other by its name. */
export function printRetriever(retriever: Retriever & { readonly ownName?: string | undefined }): string {
  if (!retriever.toPlan) return retriever.name;
  return retriever.ownName === undefined ? String(retriever) : `${retriever.ownName}: ${String(retriever)}`;
}
