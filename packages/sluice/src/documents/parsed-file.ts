import type { Metadata } from '@sluice/core';
import type { Section } from './section.js';

/** What a file says about itself, apart from its text. */
export interface FileFacts {
  /** Of the whole file: the outermost part of its passages' titles. */
  readonly title?: string;
  /** Of the whole file: metadata of each of its passages. */
  readonly metadata?: Metadata;
}

/** A file that was read. */
export interface ParsedFile extends FileFacts {
  readonly sections: readonly Section[];
}
