/** A model that a written pipeline reranks with. */
export interface RerankerReference {
  readonly model: string;
  readonly precision?: 'float32' | 'int8';
}

/**
 * The cross-encoders that a pipeline names which is written down, each once: what has to be open before it is built.
 *
 * @param spec from outside: anything
 */
export function crossEncodersOf(spec: unknown): RerankerReference[] {
  return modelsOf(spec, 'cross-encoder');
}

/** The late interaction models that it names, likewise. */
export function lateModelsOf(spec: unknown): RerankerReference[] {
  return modelsOf(spec, 'late-interaction');
}

/** Deepest nesting that is looked into: what is deeper is refused when the pipeline is built. */
const MAX_DEPTH = 128;

function modelsOf(spec: unknown, type: string): RerankerReference[] {
  const found = new Map<string, RerankerReference>();
  collect(spec, type, found, 0);
  return [...found.values()];
}

function collect(part: unknown, type: string, found: Map<string, RerankerReference>, depth: number): void {
  if (typeof part !== 'object' || part === null || depth > MAX_DEPTH) return;
  if ('type' in part && part.type === type && 'model' in part && typeof part.model === 'string') {
    const { model } = part;
    const precision = 'precision' in part ? part.precision : undefined;
    const known: Pick<RerankerReference, 'precision'> =
      precision === 'float32' || precision === 'int8' ? { precision } : {};
    found.set(`${model}\n${known.precision ?? ''}`, { model, ...known });
  }
  for (const each of Object.values(part)) collect(each, type, found, depth + 1);
}
