import { type Section, SectionBuilder } from './section.js';

/** Takes plain text as one section whose blocks are its paragraphs, parted by empty lines. */
export function plainSections(source: string): Section[] {
  const builder = new SectionBuilder();
  for (const paragraph of source.split(/(?:\r?\n[ \t]*){2,}/)) builder.block(paragraph, 1);
  return builder.build();
}
