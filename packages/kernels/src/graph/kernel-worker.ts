import type { CompiledKernels } from '../compiled.js';
import type { KernelMemory } from '../memory.js';

type Worker = InstanceType<typeof import('node:worker_threads').Worker>;

/** Kept as text, so that it runs wherever the package does: from sources, installed, or bundled. */
const SOURCE = `
const { workerData } = require('node:worker_threads');
const { module, memory, kernel, call } = workerData;
new WebAssembly.Instance(module, { env: { memory } }).exports[kernel](...call);
`;

/** One call of a compiled kernel, on a thread of its own. */
export class KernelWorker {
  /** Settles when the thread has ended: rejects with what ended the call, unless that was {@link terminate}. */
  readonly end: Promise<void>;
  readonly #worker: Worker;

  /** @param memory shared, and compiled: see {@link hasKernelWorkers} */
  constructor(memory: KernelMemory, kernel: keyof CompiledKernels, call: readonly number[]) {
    const threads = workerThreads();
    if (!threads) throw new RangeError('This platform has no worker threads.');
    this.#worker = new threads.Worker(SOURCE, {
      eval: true,
      execArgv: [],
      workerData: { ...memory.shareable(), kernel, call },
    });
    this.end = new Promise((resolve, reject) => {
      this.#worker.on('error', reject);
      this.#worker.on('exit', () => resolve());
    });
  }

  terminate(): void {
    void this.#worker.terminate();
  }
}

/** Whether calls on a memory can be made on worker threads: it is shared, its kernels are compiled, and this is Node. */
export function hasKernelWorkers(memory: KernelMemory): boolean {
  return memory.sharing === 'shared' && memory.engine === 'simd' && workerThreads() !== undefined;
}

/** As many as may run at the same time. */
export function processorCount(): number {
  return builtin('node:os')?.availableParallelism() ?? 1;
}

function workerThreads(): typeof import('node:worker_threads') | undefined {
  return builtin('node:worker_threads');
}

/** A module of Node, where this is Node. */
function builtin<Name extends 'node:os' | 'node:worker_threads'>(
  name: Name,
): ReturnType<typeof process.getBuiltinModule<Name>> | undefined {
  return typeof process === 'undefined' ? undefined : process.getBuiltinModule?.(name);
}
