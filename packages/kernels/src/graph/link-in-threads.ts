import type { CallOptions } from '@sluice/core';
import type { KernelMemory } from '../memory.js';
import { ROOT_FIELDS } from './graph-layout.js';
import type { GraphNodes } from './graph-nodes.js';
import { GraphThread } from './graph-thread.js';
import { KernelWorker } from './kernel-worker.js';

const POLL_MS = 20;

/** How nodes are linked by several threads. */
export interface LinkingOptions extends Pick<CallOptions, 'signal'> {
  /** Candidates that are kept while looking for neighbours. */
  readonly beam: number;
  /** Threads: at least 1. */
  readonly workers: number;
  /** Called with how many nodes of all are linked, every 20 ms or so. What it throws ends the work. */
  readonly onLinked?: ((nodes: number) => void) | undefined;
}

/** Threads that link the nodes of a graph, each taking the next that no other has taken. */
class LinkingCrew {
  readonly #nodes: GraphNodes;
  readonly #running: KernelWorker[] = [];
  #failure: { readonly reason: unknown } | undefined;

  constructor(nodes: GraphNodes, first: number) {
    this.#nodes = nodes;
    const root = nodes.rootWords();
    if (first === 0) root[ROOT_FIELDS.topLevel / 4] = nodes.levelOf(0);
    Atomics.store(root, ROOT_FIELDS.next / 4, Math.max(first, 1));
  }

  /** Nodes that are linked, once no worker is at work; those that are about to be count as well before. */
  get linked(): number {
    return Math.min(this.#nodes.size, Atomics.load(this.#nodes.rootWords(), ROOT_FIELDS.next / 4));
  }

  /** Lets each finish its node. */
  readonly stop = (): void => {
    Atomics.store(this.#nodes.rootWords(), ROOT_FIELDS.stop / 4, 1);
  };

  /** Ends all at once: one that failed may hold what others wait for. */
  fail(reason: unknown): void {
    this.#failure ??= { reason };
    for (const worker of this.#running) worker.terminate();
  }

  async run(memory: KernelMemory, graphs: readonly number[], beam: number): Promise<void> {
    const { size } = this.#nodes;
    try {
      for (const graph of graphs) this.#running.push(new KernelWorker(memory, 'insertNodes', [graph, size, beam]));
    } catch (error) {
      this.fail(error);
    }
    // Those that run use the locks and their scratch until they have ended.
    await Promise.all(this.#running.map((worker) => worker.end.catch((reason) => this.fail(reason))));
    if (this.#failure) throw this.#failure.reason;
  }

  close(): void {
    // A worker that was ended by force may have held locks.
    this.#nodes.rootWords().fill(0, ROOT_FIELDS.next / 4);
  }
}

/** See `Graph.linkInThreads`. */
export async function linkInThreads(
  memory: KernelMemory,
  nodes: GraphNodes,
  first: number,
  { beam, workers, signal, onLinked }: LinkingOptions,
): Promise<number> {
  if (first === nodes.size || signal?.aborted) return first;
  const threads: GraphThread[] = [];
  const crew = new LinkingCrew(nodes, first);
  const report = (): void => {
    try {
      onLinked?.(crew.linked);
    } catch (error) {
      crew.fail(error);
    }
  };
  signal?.addEventListener('abort', crew.stop);
  const poll = setInterval(report, POLL_MS);
  try {
    while (threads.length < workers) threads.push(new GraphThread(nodes));
    const graphs = threads.map((thread) => thread.headerFor(beam));
    await crew.run(memory, graphs, beam);
    return crew.linked;
  } finally {
    clearInterval(poll);
    signal?.removeEventListener('abort', crew.stop);
    crew.close();
    for (const thread of threads) thread.close();
  }
}
