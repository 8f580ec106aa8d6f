import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const model = path('../fixtures/tiny-encoder');

/** Exits: more where a change to the guard is tried out. */
const exitsOf = (least: number): number => Number(process.env.SLUICE_EXITS ?? least);
/** Processes at once. */
const together = 5;

// The guard is for threads; a process of its own has no part in this one's exit.
describe.each([
  { isolation: 'thread', exits: exitsOf(50) },
  { isolation: 'process', exits: exitsOf(10) },
])('a model in a $isolation', ({ isolation, exits }) => {
  it(`lets ${exits} processes keep their exit code that exit during a run`, { timeout: 600_000 }, async () => {
    const codes: unknown[] = [];
    for (let first = 0; first < exits; first += together) {
      const numbers = Array.from({ length: Math.min(together, exits - first) }, (_, at) => first + at);
      codes.push(...(await Promise.all(numbers.map((number) => exitDuringRun(isolation, (number * 40) / exits)))));
    }
    expect(codes).toEqual(Array(exits).fill(42));
  });
});

/** How a process ended that was to exit with code 42, so long after it began to encode. */
async function exitDuringRun(isolation: string, waitMs: number): Promise<unknown> {
  const [program, build] = [path('../fixtures/exit-during-run.mjs'), path('../../dist/index.js')];
  const child = spawn(process.execPath, [program, build, model, isolation, String(waitMs)]);
  const [code, signal] = await once(child, 'exit');
  return signal ?? code;
}

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
