import { marked, type Token, type Tokens } from 'marked';
import { frontMatterOf } from './front-matter.js';
import type { ParsedFile } from './parsed-file.js';
import { type Section, SectionBuilder } from './section.js';

/** Splits Markdown (CommonMark with tables) on its headings. Front matter, HTML comments and images' addresses go. */
export function markdownSections(source: string): Section[] {
  return sectionsAfter(source, frontMatterOf(source)?.length ?? 0);
}

/** The sections of a Markdown file, and the title and metadata of its front matter, if it has any. */
export function markdownFile(source: string): ParsedFile {
  const { length = 0, ...facts } = frontMatterOf(source) ?? {};
  return { ...facts, sections: sectionsAfter(source, length) };
}

function sectionsAfter(source: string, start: number): Section[] {
  const builder = new SectionBuilder();
  let line = 1 + linesIn(source.slice(0, start));
  for (const token of marked.lexer(source.slice(start))) {
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
