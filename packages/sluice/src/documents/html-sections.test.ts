import { expect, it } from 'vitest';
import { htmlSections } from './html-sections.js';

it('splits on headings and hides what a reader does not see', () => {
  const source = `<html><head><title>t</title><style>p{}</style></head><body>
<nav>menu</nav><h1>Guide &amp; more</h1><p>First <b>bold</b>
text.</p><script>alert(1)</script>
<h2>Part</h2><ul><li>one<li>two</ul></body></html>`;
  expect(htmlSections(source)).toEqual([
    { headings: ['Guide & more'], blocks: ['First bold text.'], line: 2 },
    { headings: ['Guide & more', 'Part'], blocks: ['one', 'two'], line: 4 },
  ]);
});

it('survives broken markup', () => {
  expect(htmlSections('<p>open <b>never closed <h2>x').flatMap(({ blocks }) => blocks)).toEqual(['open never closed']);
  expect(htmlSections('<<<>&&')).toHaveLength(1);
});
