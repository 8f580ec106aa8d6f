import { expect, it } from 'vitest';
import { markdownFile, markdownSections } from './markdown-sections.js';

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

it('keeps as text what only looks like front matter', () => {
  const [section] = markdownSections('---\n\nOnce upon a time.\n\n---\n\nThe end.\n');
  expect(section).toEqual({ headings: [], blocks: ['Once upon a time.', 'The end.'], line: 3 });
});

it('gives the title and the metadata of front matter', () => {
  expect(markdownFile('---\ntitle: Guide\nyear: 1850\n---\n\nText\n')).toEqual({
    title: 'Guide',
    metadata: { year: 1850 },
    sections: [{ headings: [], blocks: ['Text'], line: 6 }],
  });
  expect(markdownFile('Text\n')).toEqual({ sections: [{ headings: [], blocks: ['Text'], line: 1 }] });
});
