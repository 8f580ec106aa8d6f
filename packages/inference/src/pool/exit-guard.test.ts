import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Exits: more where a change to the guard is tried out. */
const exits = Number(process.env.SLUICE_EXITS ?? 10);

it(`keeps the exit code of ${exits} processes that exit during a run`, { timeout: 600_000 }, async () => {
  const codes: unknown[] = [];
  for (let exit = 0; exit < exits; exit++) {
    const child = spawn(process.execPath, [
      path('../fixtures/exit-during-run.mjs'),
      path('../../dist/index.js'),
      path('../fixtures/tiny-encoder'),
      String((exit * 40) / exits),
    ]);
    const [code, signal] = await once(child, 'exit');
    codes.push(signal ?? code);
  }
  expect(codes).toEqual(Array(exits).fill(42));
});
