import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { readModelFolder } from '../folder/model-folder.js';
import { processesOf } from './process-link.js';

it('leaves no child behind that cannot be told what to run', async () => {
  const { modules, ...read } = await readModelFolder(
    fileURLToPath(new URL('../fixtures/tiny-encoder', import.meta.url)),
    'float32',
  );
  const folder = { ...read, unsendable: () => undefined };
  let processId: number | undefined;
  const problem = await new Promise((resolve) => {
    const start = { folder, head: { kind: 'pooled', ...modules }, threads: 1 } as const;
    ({ processId } = processesOf()(start, { onReply: () => resolve('a reply'), onEnd: resolve }));
  });
  expect(problem).toMatch(/cannot be told what to run: .*could not be cloned/);
  expect(() => process.kill(processId ?? 0, 0)).toThrow('ESRCH');
});
