import type { Metadata, MetadataValue } from '@sluice/core';
import { isMap, isScalar, isSeq, parseDocument } from 'yaml';

/** Characters of front matter that are read: half a second of parsing at worst. */
const MAX_CHARACTERS = 8192;
/** Levels and brackets that are read: the parser calls itself for each, and a deep stack may end the process. */
const [MAX_INDENT, MAX_BRACKETS] = [200, 256];

/** The YAML between two lines of dashes with which a file begins. */
const FRONT_MATTER = /---[ \t]*\r?\n(?<yaml>[\s\S]*?)(?<=\n)---[ \t]*(?:\r?\n|(?![\s\S]))/y;

/** What a file says about itself before its text. */
export interface FrontMatter {
  /** Its `title`, on one line. */
  readonly title?: string;
  /** Other strings, numbers and booleans, and lists of them. What is nested deeper, empty or an alias is left out. */
  readonly metadata: Metadata;
  /** Characters of the file that it takes, the dashes included. */
  readonly length: number;
}

/**
 * The front matter that a file begins with: a YAML mapping between lines of `---`.
 *
 * What is not well formed, is no mapping, or is longer than 8,192 characters or nested more than some 200 deep is no front
 * matter: it is text. Aliases are not followed, so that no short text becomes a long one.
 */
export function frontMatterOf(source: string): FrontMatter | undefined {
  FRONT_MATTER.lastIndex = 0;
  const found = FRONT_MATTER.exec(source);
  const yaml = found?.groups?.yaml;
  if (!found || yaml === undefined || !isHarmless(yaml)) return undefined;
  const entries = entriesOf(yaml);
  if (!entries) return undefined;
  const { title, ...metadata } = Object.fromEntries(entries);
  const named = title === undefined || Array.isArray(title) ? '' : `${title}`.replace(/\s+/g, ' ').trim();
  return { ...(named !== '' && { title: named }), metadata, length: found[0].length };
}

function isHarmless(yaml: string): boolean {
  if (yaml.length > MAX_CHARACTERS) return false;
  const brackets = yaml.match(/[[{]/g) ?? [];
  const indents = yaml.match(/^[\s?:-]*/gm) ?? [];
  return brackets.length <= MAX_BRACKETS && indents.every(({ length }) => length <= MAX_INDENT);
}

/** @returns none where it is not a mapping */
function entriesOf(yaml: string): [string, MetadataValue][] | undefined {
  const { contents, errors } = parseDocument(yaml, { prettyErrors: false, logLevel: 'silent', version: '1.2' });
  if (errors.length > 0) return undefined;
  // Two lines of dashes with nothing between them.
  if (contents === null || (isScalar(contents) && contents.value === null)) return [];
  if (!isMap(contents)) return undefined;
  return contents.items.flatMap(({ key, value }): [string, MetadataValue][] => {
    if (!isScalar(key) || typeof key.value !== 'string' || key.value === '') return [];
    const read = readValue(value);
    return read === undefined ? [] : [[key.value, read]];
  });
}

function readValue(node: unknown): MetadataValue | undefined {
  if (!isSeq(node)) return scalarOf(node);
  const elements = node.items.map(scalarOf);
  const known = elements.filter((element) => element !== undefined);
  return known.length > 0 && known.length === elements.length ? known : undefined;
}

function scalarOf(node: unknown): string | number | boolean | undefined {
  const value = isScalar(node) ? node.value : undefined;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  // JSON has no infinity.
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
