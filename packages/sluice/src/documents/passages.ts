import type { Document, MetadataValue } from '@sluice/core';
import type { FileFacts } from './parsed-file.js';
import type { Section } from './section.js';

/** Where a passage comes from; among its metadata, and shown as its citation. */
export interface PassageSource extends Record<string, MetadataValue> {
  /** Path below the folder, with forward slashes. */
  readonly path: string;
  /** Its heading, or '' before the first. */
  readonly heading: string;
  /** Line of the section in the file, from 1. */
  readonly line: number;
}

/**
 * Turns the sections of a file into passages of at most about `maxWords` words.
 *
 * A section stays whole when it fits. A longer one is cut between blocks; a block that alone is longer, between
 * words. The id is the path and the heading's slug (`guide/filters.md#typed-builder`), with `-2`, `-3` ... where an
 * id would repeat; the title is the trail of headings, behind the file's title where the outermost heading does not
 * repeat it.
 *
 * @param path path below the folder, with forward slashes
 * @param maxWords words, at least 1
 * @param facts of the whole file; where its metadata have the names of {@link PassageSource}, the passage's own stand
 */
export function passagesOf(
  path: string,
  sections: readonly Section[],
  maxWords: number,
  { title: fileTitle, metadata: ofFile }: FileFacts = {},
): Document[] {
  const taken = new Set<string>();
  return sections.flatMap(({ headings, blocks, line }) => {
    const heading = headings.at(-1) ?? '';
    const slug = slugOf(heading);
    const title = trailOf(fileTitle, headings).join(' › ');
    return packBlocks(blocks, maxWords).map((text): Document => {
      const id = freshId(slug === '' ? path : `${path}#${slug}`, taken);
      const metadata: PassageSource = { ...ofFile, path, heading, line };
      return title === '' ? { id, text, metadata } : { id, title, text, metadata };
    });
  });
}

function trailOf(title: string | undefined, headings: readonly string[]): readonly string[] {
  const repeated = headings[0]?.toLowerCase() === title?.toLowerCase();
  return title === undefined || repeated ? headings : [title, ...headings];
}

function packBlocks(blocks: readonly string[], maxWords: number): string[] {
  const passages: string[] = [];
  let current: string[] = [];
  let words = 0;
  const flush = (): void => {
    if (current.length > 0) passages.push(current.join('\n\n'));
    current = [];
    words = 0;
  };
  for (const block of blocks.flatMap((whole) => cutWords(whole, maxWords))) {
    const size = wordsIn(block);
    if (words + size > maxWords) flush();
    current.push(block);
    words += size;
  }
  flush();
  return passages;
}

function cutWords(block: string, maxWords: number): string[] {
  if (wordsIn(block) <= maxWords) return [block];
  const words = block.split(/\s+/);
  const pieces: string[] = [];
  for (let at = 0; at < words.length; at += maxWords) pieces.push(words.slice(at, at + maxWords).join(' '));
  return pieces;
}

function wordsIn(text: string): number {
  return text.split(/\s+/).length;
}

function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
}

function freshId(wanted: string, taken: Set<string>): string {
  let id = wanted;
  for (let copy = 2; taken.has(id); copy++) id = `${wanted}-${copy}`;
  taken.add(id);
  return id;
}
