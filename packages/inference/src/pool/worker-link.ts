import type { WorkerReply, WorkerRequest, WorkerStart } from '../worker/protocol.js';

/** Where a worker runs: in a thread of this process, or in a process of its own. */
export type Isolation = 'thread' | 'process';

/** The way to a worker, wherever it runs. */
export interface WorkerLink {
  /** The worker's process, if it has one of its own. */
  readonly processId: number | undefined;
  /** Sends a request. Its memory may be moved away. */
  post(request: WorkerRequest): void;
  /** Whether the worker keeps this process alive. At first it does. */
  keepAlive(mode: 'while asked' | 'not'): void;
}

/** What comes from a worker. */
export interface WorkerEvents {
  onReply(reply: WorkerReply): void;
  /** The last event: the worker has ended, for whatever reason. */
  onEnd(problem: string, cause: unknown): void;
}

/** Starts a worker; what it cannot start with comes as an event. */
export type StartWorker = (start: Omit<WorkerStart, 'runState'>, events: WorkerEvents) => WorkerLink;
