import { marked, type Token, type Tokens } from 'marked';
import { type Section, SectionBuilder } from './section.js';

const FRONT_MATTER = /^---\r?\n[\s\S]*?\r?\n---\r?\n/;

/** Splits Markdown (CommonMark with tables) on its headings. Front matter, HTML comments and images' addresses go. */
export function markdownSections(source: string): Section[] {
  const builder = new SectionBuilder();
  const frontMatter = FRONT_MATTER.exec(source)?.[0] ?? '';
  let line = 1 + linesIn(frontMatter);
  for (const token of marked.lexer(source.slice(frontMatter.length))) {
    if (token.type === 'heading') {
      builder.heading((token as Tokens.Heading).depth, plainText(token), line);
    } else {
      for (const block of blocksOf(token)) builder.block(block, line);
    }
    line += linesIn(token.raw);
  }
  return builder.build();
}

function blocksOf(token: Token): string[] {
  switch (token.type) {
    case 'space':
    case 'hr':
    case 'def':
      return [];
    case 'html':
      return [(token as Tokens.HTML).text.replace(/<!--[\s\S]*?-->/g, '').replace(/<[^>]*>/g, ' ')];
    case 'code':
      return [(token as Tokens.Code).text];
    case 'list':
      return (token as Tokens.List).items.map((item) => item.tokens.flatMap(blocksOf).join('\n'));
    case 'table': {
      const { header, rows } = token as Tokens.Table;
      return [header, ...rows].map((cells) => cells.map((cell) => inlineText(cell.tokens)).join(' | '));
    }
    case 'blockquote':
      return ((token as Tokens.Blockquote).tokens ?? []).flatMap(blocksOf);
    default:
      return [plainText(token)];
  }
}

function plainText(token: Token): string {
  if ('tokens' in token && token.tokens) return inlineText(token.tokens);
  if (token.type === 'br') return '\n';
  if (token.type === 'html') return '';
  return 'text' in token && typeof token.text === 'string' ? token.text : '';
}

function inlineText(tokens: readonly Token[]): string {
  return tokens.map(plainText).join('');
}

function linesIn(text: string): number {
  return text.split('\n').length - 1;
}
