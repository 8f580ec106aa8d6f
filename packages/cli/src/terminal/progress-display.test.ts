import { expect, it } from 'vitest';
import { progressDisplay } from './progress-display.js';

function recorded() {
  const lines: string[] = [];
  let now = 0;
  const terminal = {
    out: () => {},
    err: (text: string) => void lines.push(text),
    drawsBars: false,
    colours: false,
    width: 80,
  };
  const display = progressDisplay(terminal, () => now);
  return {
    lines,
    display,
    wait(ms: number) {
      now += ms;
    },
  };
}

it('says nothing of work that ends at once', () => {
  const { lines, display, wait } = recorded();
  display.onProgress({ phase: 'reading', done: 0, total: 2, unit: 'documents' });
  wait(1000);
  display.onProgress({ phase: 'reading', done: 2, total: 2, unit: 'documents' });
  expect(lines).toEqual([]);
});

it('prints a line every two seconds and one at the end', () => {
  const { lines, display, wait } = recorded();
  for (const done of [0, 1, 2, 3, 4]) {
    display.onProgress({ phase: 'encoding', done, total: 4, unit: 'documents' });
    wait(1500);
  }
  expect(lines).toEqual(['encoding: 2/4 documents, 1 a second\n', 'encoding: 4/4 documents, 1 a second\n']);
});
