import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { importOnnxRuntime } from './import-onnx-runtime.js';
import { int8Arithmetic } from './int8-arithmetic.js';

const flags = existsSync('/proc/cpuinfo') ? readFileSync('/proc/cpuinfo', 'utf8') : '';

it('finds that a processor with VNNI is exact', async () => {
  const answer = await int8Arithmetic(await importOnnxRuntime());
  expect(['exact', 'overflows']).toContain(answer);
  if (flags.includes('vnni')) expect(answer).toBe('exact');
});
