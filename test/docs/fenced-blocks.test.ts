import { expect, it } from 'vitest';
import { fencedBlocks } from './fenced-blocks.js';

it('finds blocks with their lines, and what is given to them', () => {
  const page = [
    '# T',
    '',
    '```js',
    'a();',
    '```',
    '',
    '<!-- given',
    'const b: number;',
    '-->',
    '',
    '```ts',
    'b;',
    '```',
  ];
  expect(fencedBlocks(page.join('\n'))).toEqual([
    { language: 'js', text: 'a();\n', line: 4, given: '' },
    { language: 'ts', text: 'b;\n', line: 12, given: 'const b: number;\n' },
  ]);
});
