import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const warmUps = 5;

// glibc would keep tens of MiB of each thread, and not always the same ones: with the threshold set it gives them back.
const env = { ...process.env, MALLOC_TRIM_THRESHOLD_: '131072' };

it.each(['thread', 'process'])(
  '20 cycles of opening and closing leave memory as it was: in a %s',
  async (isolation) => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        '--expose-gc',
        path('../fixtures/open-close-cycles.mjs'),
        path('../../dist/index.js'),
        path('../fixtures/tiny-encoder'),
        isolation,
        String(warmUps + 20),
      ],
      { env },
    );
    const resident: readonly number[] = JSON.parse(stdout);
    const [before = 0, after = 0] = [resident[warmUps - 1], resident.at(-1)];
    expect(after / before).toBeLessThan(1.1);
  },
);
