/** A stretch of a file under one heading, with its markup removed. */
export interface Section {
  /** Headings from the outermost to its own; empty before the first heading. */
  readonly headings: readonly string[];
  /** Blocks of plain text in reading order: paragraphs, list items, table rows, code. None is empty. */
  readonly blocks: readonly string[];
  /** Where it begins, from 1; its heading's line if it has one. */
  readonly line: number;
}

/** Collects sections while a parser walks a file from top to bottom. */
export class SectionBuilder {
  readonly #sections: { headings: string[]; blocks: string[]; line: number }[] = [];
  #headings: { depth: number; text: string }[] = [];

  /** @param depth 1 for the outermost level */
  heading(depth: number, text: string, line: number): void {
    this.#headings = [...this.#headings.filter((heading) => heading.depth < depth), { depth, text }];
    this.#sections.push({ headings: this.#headings.map((heading) => heading.text), blocks: [], line });
  }

  block(text: string, line: number): void {
    const trimmed = text.trim();
    if (trimmed === '') return;
    if (this.#sections.length === 0) this.#sections.push({ headings: [], blocks: [], line });
    this.#sections.at(-1)?.blocks.push(trimmed);
  }

  /** The sections that have text; a heading with nothing under it lives on in its subsections. */
  build(): Section[] {
    return this.#sections.filter(({ blocks }) => blocks.length > 0);
  }
}
