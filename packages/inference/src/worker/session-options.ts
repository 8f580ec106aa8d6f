import type { InferenceSession } from 'onnxruntime-node';
import type { ModelPrecision } from '../folder/model-folder.js';
import type { Int8Arithmetic } from './int8-arithmetic.js';

/** What decides how a session is set up. */
export interface SessionFacts {
  readonly precision: ModelPrecision;
  /** That one run may use. */
  readonly threads: number;
  /** Asked for int8 only. */
  readonly arithmetic: () => Promise<Int8Arithmetic>;
}

/** How the runtime is to set up a session. Products of int8 are right on every processor. */
export async function sessionOptions(facts: SessionFacts): Promise<InferenceSession.SessionOptions> {
  // Unsigned weights: products of them never overflow.
  const unsigned = facts.precision === 'int8' && (await facts.arithmetic()) === 'overflows';
  return {
    intraOpNumThreads: facts.threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    // Waiting threads sleep: a server's other work needs the cores more than a run needs the microseconds.
    extra: { session: { intra_op: { allow_spinning: '0' }, x64quantprecision: unsigned ? '1' : '0' } },
    logSeverityLevel: 4,
  };
}
