import type { MessagePort } from 'node:worker_threads';
import { tokenBuffers } from '../tokenizer/token-sequences.js';
import { buffersOf } from './encoded-texts.js';
import type { WorkerReply, WorkerStart } from './protocol.js';
import { serve } from './serve.js';

/** Serves the thread that started this one; results are moved, not copied. */
export function serveThread(port: MessagePort, start: WorkerStart): void {
  const ours = {
    onRequest: (listener: Parameters<typeof port.on>[1]) => port.on('message', listener),
    reply: (message: WorkerReply) => port.postMessage(message, movedBuffers(message)),
    close: () => port.close(),
  };
  serve(ours, start);
}

function movedBuffers(message: WorkerReply): ArrayBuffer[] {
  if (message.kind === 'encoded') return buffersOf(message.encoded);
  return message.kind === 'tokens' ? tokenBuffers(message.tokens) : [];
}
