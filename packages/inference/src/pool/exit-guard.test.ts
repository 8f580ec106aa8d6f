import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const model = path('../fixtures/tiny-encoder');

/** Exits: more where a change to the guard is tried out. */
const exits = Number(process.env.SLUICE_EXITS ?? 10);

describe.each(['thread', 'process'])('a model in a %s', (isolation) => {
  it(`lets ${exits} processes keep their exit code that exit during a run`, { timeout: 600_000 }, async () => {
    const codes: unknown[] = [];
    for (let exit = 0; exit < exits; exit++) {
      const child = spawn(process.execPath, [
        path('../fixtures/exit-during-run.mjs'),
        path('../../dist/index.js'),
        model,
        isolation,
        String((exit * 40) / exits),
      ]);
      const [code, signal] = await once(child, 'exit');
      codes.push(signal ?? code);
    }
    expect(codes).toEqual(Array(exits).fill(42));
  });
});

it.each(['SIGKILL', 'SIGTERM'] as const)('leaves no child behind when %s ends the process', async (signal) => {
  const parent = spawn(process.execPath, [path('../fixtures/run-in-child.mjs'), path('../../dist'), model], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(parent.stdout, 'data');
  const child = Number(line);
  expect(isAlive(child)).toBe(true);
  parent.kill(signal);
  await once(parent, 'exit');
  await vi.waitUntil(() => !isAlive(child), { timeout: 30_000 });
});

function isAlive(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch {
    return false;
  }
}
