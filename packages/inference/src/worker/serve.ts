import { isSluiceError } from '@sluice/core';
import { ModelFileError } from '../errors/model-file-error.js';
import type { WorkerFailure, WorkerReply, WorkerRequest, WorkerStart } from './protocol.js';
import { whileRunning } from './run-state.js';
import { TextEncoder } from './text-encoder.js';

/** The worker's end of its way to whoever started it. */
export interface WorkerPort {
  onRequest(listener: (request: WorkerRequest) => void): void;
  /** Sends an answer. Its memory may be moved away. */
  reply(message: WorkerReply): void;
  /** Ends the way after what was sent, and so the worker. */
  close(): void;
}

/** Opens the model, then answers requests until told to close. */
export function serve(port: WorkerPort, { folder, head, threads, runState }: WorkerStart): void {
  const opening = whileRunning(runState, () => TextEncoder.open(folder, head, threads));
  opening.then(
    ({ dimensions }) => port.reply({ kind: 'opened', dimensions }),
    (error) => {
      port.reply({ kind: 'failed', failure: failureOf(error) });
      port.close();
    },
  );
  port.onRequest((request) => {
    opening
      .then((encoder) => answer(encoder, request, runState))
      .catch((error): WorkerReply => ({ kind: 'failed', failure: failureOf(error) }))
      .then((answered) => {
        port.reply(answered);
        if (answered.kind === 'closed') port.close();
      });
  });
}

async function answer(
  encoder: TextEncoder,
  request: WorkerRequest,
  runState: WorkerStart['runState'],
): Promise<WorkerReply> {
  switch (request.kind) {
    case 'tokenize':
      return { kind: 'tokens', tokens: encoder.tokenize(request.texts) };
    case 'run':
      return { kind: 'encoded', encoded: await whileRunning(runState, () => encoder.run(request.batch)) };
    case 'close':
      await whileRunning(runState, () => encoder.close());
      return { kind: 'closed' };
  }
}

function failureOf(error: unknown): WorkerFailure {
  const message = error instanceof Error ? causes(error) : String(error);
  if (isSluiceError(error, 'SLUICE_MISSING_PEER')) return { kind: 'missing runtime', message };
  if (error instanceof ModelFileError) {
    return { kind: 'model file', file: error.file, problem: error.problem, advice: error.advice, message };
  }
  return { kind: 'run', message };
}

/** The messages of an error and of what caused it: an error object loses its cause on the way. */
function causes(error: Error): string {
  return error.cause instanceof Error ? `${error.message} ${causes(error.cause)}` : error.message;
}
