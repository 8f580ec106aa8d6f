import { expect, it } from 'vitest';
import { markdownSections } from './markdown-sections.js';

it('splits on headings and keeps their trail and their lines', () => {
  const source = '---\ntitle: x\n---\nBefore.\n\n# Guide\n\n## Filters\n\nUse `eq`.\nAnd *more*.\n\n# Next\n\nEnd.\n';
  expect(markdownSections(source)).toEqual([
    { headings: [], blocks: ['Before.'], line: 4 },
    { headings: ['Guide', 'Filters'], blocks: ['Use eq.\nAnd more.'], line: 8 },
    { headings: ['Next'], blocks: ['End.'], line: 13 },
  ]);
});

it('keeps the text of lists, tables, code, quotes and links, and drops comments', () => {
  const source = [
    '# A',
    '- one [link](https://example.org)',
    '- two',
    '',
    '| k | v |',
    '|---|---|',
    '| a | `b` |',
    '',
    '> quoted',
    '',
    '```js',
    'code();',
    '```',
    '<!-- hidden -->',
  ].join('\n');
  const [section] = markdownSections(source);
  expect(section?.blocks).toEqual(['one link', 'two', 'k | v', 'a | b', 'quoted', 'code();']);
});

it('returns nothing for a file without text', () => {
  expect(markdownSections('')).toEqual([]);
  expect(markdownSections('# Only a heading\n')).toEqual([]);
});
