/** A cross-encoder that a written pipeline names. */
export interface CrossEncoderReference {
  readonly model: string;
  readonly precision?: 'float32' | 'int8';
}

/**
 * The cross-encoders that a pipeline names which is written down, each once: what has to be open before it is built.
 *
 * @param spec from outside: anything
 */
export function crossEncodersOf(spec: unknown): CrossEncoderReference[] {
  const found = new Map<string, CrossEncoderReference>();
  collect(spec, found, 0);
  return [...found.values()];
}

/** Deepest nesting that is looked into: what is deeper is refused when the pipeline is built. */
const MAX_DEPTH = 128;

function collect(part: unknown, found: Map<string, CrossEncoderReference>, depth: number): void {
  if (typeof part !== 'object' || part === null || depth > MAX_DEPTH) return;
  if ('type' in part && part.type === 'cross-encoder' && 'model' in part && typeof part.model === 'string') {
    const { model } = part;
    const precision = 'precision' in part ? part.precision : undefined;
    const known: Pick<CrossEncoderReference, 'precision'> =
      precision === 'float32' || precision === 'int8' ? { precision } : {};
    found.set(`${model}\n${known.precision ?? ''}`, { model, ...known });
  }
  for (const each of Object.values(part)) collect(each, found, depth + 1);
}
