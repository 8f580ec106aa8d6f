import type { WorkerReply, WorkerRequest, WorkerStart } from './protocol.js';
import { runState } from './run-state.js';
import { serve } from './serve.js';

/** The signals that a terminal sends to all of its processes: whether to go on is the parent's decision. */
const terminalSignals = ['SIGINT', 'SIGHUP'] as const;

/**
 * Serves the process that started this one, from its first message on.
 *
 * Without its parent, this process ends at once, and without the exit handlers of native libraries: they may not run
 * beside a model that does.
 */
export function serveParent(child: NodeJS.Process): void {
  const die = (): void => {
    child.kill(child.pid, 'SIGKILL');
  };
  child.on('disconnect', die);
  for (const signal of terminalSignals) child.on(signal, () => undefined);
  child.once('message', (start: Omit<WorkerStart, 'runState'>) => {
    let unsent = 0;
    let closing = false;
    const closeWhenSent = (): void => {
      if (!closing || unsent > 0 || !child.connected) return;
      child.off('disconnect', die);
      child.disconnect();
    };
    const port = {
      onRequest: (listener: (request: WorkerRequest) => void) => child.on('message', listener),
      reply(message: WorkerReply) {
        unsent += 1;
        child.send?.(message, undefined, undefined, () => {
          unsent -= 1;
          closeWhenSent();
        });
      },
      close() {
        closing = true;
        closeWhenSent();
      },
    };
    serve(port, { ...start, runState: runState() });
  });
}
