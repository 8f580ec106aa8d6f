import type { Document } from '@sluice/core';

/**
 * The text of a document's field: `title`, `text`, or a string or list of strings of its metadata; '' where it has none.
 */
export function fieldText(document: Pick<Document, 'text' | 'title' | 'metadata'>, field: string): string {
  if (field === 'text') return document.text;
  if (field === 'title') return document.title ?? '';
  const value = document.metadata && Object.hasOwn(document.metadata, field) ? document.metadata[field] : undefined;
  if (typeof value === 'string') return value;
  // A list of words is not a phrase: the blank keeps them apart.
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string').join(' ') : '';
}
