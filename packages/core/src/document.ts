import type { Metadata } from './metadata.js';

/** A passage or document as it enters: the unit that is indexed, ranked and cited. */
export interface Document {
  /** Unique in its collection; any non-empty string of well-formed Unicode. Ties are broken by its UTF-8 bytes. */
  readonly id: string;
  readonly text: string;
  /** Encoders and BM25 see `title + ' ' + text` when there is one. */
  readonly title?: string;
  readonly metadata?: Metadata;
}

/** What an encoder or an analyzer reads of a document. */
export type TitledText = Pick<Document, 'text' | 'title'>;

/** `title + ' ' + text`, or the text alone: the form in which BEIR collections are scored. */
export function fullText({ title, text }: TitledText): string {
  return title ? `${title} ${text}` : text;
}
