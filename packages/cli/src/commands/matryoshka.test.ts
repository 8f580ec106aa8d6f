import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { run } from '../main.js';
import { recordedTerminal } from '../terminal/recorded-terminal.fixture.js';
import { writeJudgedFolder } from './judged-folder.fixture.js';

let folder = '';

async function sluice(...args: string[]) {
  const terminal = recordedTerminal();
  const exitCode = await run(['node', 'sluice', ...args], terminal, new AbortController().signal);
  return { exitCode, ...terminal.written };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-'));
  await writeJudgedFolder(folder);
});
afterAll(() => rm(folder, { recursive: true }));

const report = z.object({
  measure: z.literal('nDCG@10'),
  forms: z.array(
    z.object({
      name: z.string(),
      dimensions: z.int(),
      bytes: z.int(),
      quality: z.number(),
      share: z.number(),
      interval: z.object({ low: z.number(), high: z.number() }),
      queriesPerSecond: z.number().positive(),
    }),
  ),
});

describe('sluice matryoshka', () => {
  it('measures full, cut, turned and quantized vectors, each by its bytes', async () => {
    const { exitCode, out } = await sluice('matryoshka', folder, '--widths', '64,128', '--json');
    expect(exitCode).toBe(0);
    const { forms } = report.parse(JSON.parse(out));
    expect(forms.map(({ name, dimensions, bytes }) => `${name} ${dimensions} ${bytes}`)).toEqual([
      'full 256 1024',
      'truncated 128 512',
      'truncated 64 256',
      'rotated 128 512',
      'rotated 64 256',
      'float16 256 512',
      'int8 256 256',
      'binary+int8 256 288',
      'binary 256 32',
    ]);
    for (const { quality, share, interval } of forms) {
      expect(interval.low).toBeLessThanOrEqual(quality);
      expect(interval.high).toBeGreaterThanOrEqual(quality);
      expect(share).toBeCloseTo(quality / (forms[0]?.quality ?? 0), 12);
    }
    // Forty vectors span at most forty dimensions, all of which a rotation of theirs keeps.
    expect(forms[4]?.quality).toBeCloseTo(forms[0]?.quality ?? 0, 2);
  });

  it('has the quality of the dense pipeline of eval at full width', async () => {
    const [measured, evaluated] = [
      await sluice('matryoshka', folder, '--json'),
      await sluice('eval', folder, '-p', 'dense', '--measures', 'nDCG@10', '--json'),
    ];
    const { forms } = report.parse(JSON.parse(measured.out));
    const summaries = z.object({ systems: z.array(z.object({ summary: z.record(z.string(), z.number()) })) });
    const [system] = summaries.parse(JSON.parse(evaluated.out)).systems;
    expect(forms[0]?.quality).toBeCloseTo(system?.summary['nDCG@10'] ?? 0, 12);
  });

  it('prints a table for people', async () => {
    const { out } = await sluice('matryoshka', folder, '--widths', '128');
    expect(out).toMatch(/^vectors +dimensions +bytes +nDCG@10 +95 % interval +of full +queries\/s\n/);
    expect(out.trim().split('\n')).toHaveLength(8);
  });

  it.each([
    { why: 'no model', args: ['--model', 'none'], message: /'none' has no vectors/ },
    { why: 'a width that the model has', args: ['--widths', '256'], message: /256 is not below the model's 256/ },
    { why: 'a width that is no number', args: ['--widths', '64,x'], message: /widths must be a whole number/ },
    { why: 'a split that is not there', args: ['--split', 'dev'], message: /dev/ },
  ])('refuses $why', async ({ args, message }) => {
    const { exitCode, err } = await sluice('matryoshka', folder, ...args);
    expect(err).toMatch(message);
    expect(exitCode).toBe(2);
  });
});
