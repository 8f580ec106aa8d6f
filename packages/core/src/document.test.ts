import { expect, it } from 'vitest';
import { fullText } from './document.js';

it.each([
  { document: { title: 'Gates', text: 'let water in' }, text: 'Gates let water in' },
  { document: { title: '', text: 'let water in' }, text: 'let water in' },
  { document: { text: 'let water in' }, text: 'let water in' },
])('joins title and text: "$text"', ({ document, text }) => {
  expect(fullText(document)).toBe(text);
});
