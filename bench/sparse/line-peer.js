import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/**
 * Starts a process that answers every line with a line of JSON, the first one without being asked.
 *
 * @returns {Promise<{ hello: any, ask: (command: string) => Promise<any>, close: () => void } | undefined>} `undefined` where
 *   it cannot be started, or says nothing
 */
export async function startLinePeer(command, args, { env } = {}) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'], env: { ...process.env, ...env } });
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextAnswer = async () => {
    const { value, done } = await lines.next();
    return done ? undefined : JSON.parse(value);
  };
  const hello = await nextAnswer();
  if (!hello) return undefined;
  return {
    hello,
    ask: (line) => {
      child.stdin.write(`${line}\n`);
      return nextAnswer();
    },
    close: () => child.stdin.end(),
  };
}
