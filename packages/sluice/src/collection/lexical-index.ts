import { type CallOptions, type Document, fullText, InvalidOptionsError, type SavedIndex } from '@sluice/core';
import {
  type Bm25fParameters,
  type Bm25fRetriever,
  Bm25IndexBuilder,
  type Bm25Parameters,
  type Bm25Retriever,
  bm25,
  bm25f,
  englishAnalyzer,
  FieldsIndexBuilder,
  loadBm25,
  loadFields,
  saveBm25,
  saveFields,
} from '@sluice/retrievers';
import type { Segment, Snapshot } from '@sluice/store';
import { type CollectionSettings, parts } from './collection-settings.js';

/** The index of words of a segment while its documents come in. */
export interface LexicalBuilder {
  /** @param base ordinal of the first document */
  addAll(base: number, documents: readonly Document[], call: Pick<CallOptions, 'signal'>): Promise<void>;
  finish(call: Pick<CallOptions, 'signal'>): Promise<FinishedWords>;
}

/** An index of words, ready to be saved. */
export interface FinishedWords {
  readonly saved: SavedIndex;
  readonly fingerprint: string;
  /** Fields in which no document has a word: misspelled, perhaps. */
  readonly emptyFields: readonly string[];
}

/**
 * One index of titles and texts together, or one by field where fields are named.
 *
 * @throws {InvalidOptionsError} there are too many fields, or none
 */
export function lexicalBuilder(fields: readonly string[] | undefined): LexicalBuilder {
  return fields ? fieldsBuilder(fields) : wholeTextBuilder();
}

function wholeTextBuilder(): LexicalBuilder {
  const builder = new Bm25IndexBuilder(englishAnalyzer());
  return {
    addAll: (base, documents, call) =>
      builder.addAll(
        documents.map((document, at) => ({ ordinal: base + at, text: fullText(document) })),
        call,
      ),
    async finish(call) {
      const index = await builder.buildInSlices(call);
      return { saved: saveBm25(index), fingerprint: index.analyzerFingerprint, emptyFields: [] };
    },
  };
}

function fieldsBuilder(fields: readonly string[]): LexicalBuilder {
  const builder = new FieldsIndexBuilder(englishAnalyzer(), fields);
  return {
    addAll: (base, documents, call) =>
      builder.addAll(
        documents.map((document, at) => ({ ...document, ordinal: base + at })),
        call,
      ),
    async finish(call) {
      const index = await builder.buildInSlices(call);
      const emptyFields = fields.filter((field) => index.fields.get(field)?.tokens === 0);
      return { saved: saveFields(index), fingerprint: index.fingerprint, emptyFields };
    },
  };
}

/** Where the words of a collection are searched: what a parameter does not say is as the collection's settings have it. */
export interface LexicalSources {
  /** @throws {InvalidOptionsError} the collection weighs fields, and a variant of the formula is asked for */
  bm25(parameters: Bm25Parameters): Bm25Retriever;
  /** @throws {InvalidOptionsError} the collection was indexed without fields, or lacks one */
  bm25f(parameters: Bm25fParameters): Bm25fRetriever;
}

/** What searches the index of words of a segment, or of none. */
export async function openLexical(
  segment: Segment | undefined,
  settings: CollectionSettings['bm25'],
  { space, bitmapOf }: { readonly space: Snapshot['space']; readonly bitmapOf: Snapshot['matching'] },
): Promise<LexicalSources> {
  const analyzer = englishAnalyzer();
  const common = { space, analyzer, bitmapOf };
  const { k1, b, fields } = settings;
  if (!fields) {
    const { fingerprint } = analyzer;
    const index = segment
      ? loadBm25(await segment.open(parts.bm25, { fingerprint }))
      : new Bm25IndexBuilder(analyzer).build();
    return {
      bm25: (parameters) => bm25({ ...common, index, k1, b, ...parameters }),
      bm25f() {
        const message = 'the collection was indexed without fields; index it again with `bm25.fields` (--fields)';
        throw new InvalidOptionsError({ owner: 'bm25f', issues: [{ path: '', message }] });
      },
    };
  }
  const index = segment
    ? loadFields(await segment.open(parts.bm25))
    : new FieldsIndexBuilder(analyzer, Object.keys(fields)).build();
  return {
    bm25({ b: everywhere, variant, delta, ...parameters }) {
      expectPlain({ variant, delta });
      const weighed = everywhere === undefined ? fields : withLengths(fields, everywhere);
      return bm25f({ ...common, index, name: 'bm25', k1, fields: weighed, ...parameters });
    },
    bm25f: (parameters) => bm25f({ ...common, index, k1, fields, ...parameters }),
  };
}

type Fields = NonNullable<CollectionSettings['bm25']['fields']>;

function withLengths(fields: Fields, b: number): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, { weight }]) => [name, { weight, b }]));
}

function expectPlain({ variant = 'lucene', delta }: Pick<Bm25Parameters, 'variant' | 'delta'>): void {
  if (variant === 'lucene' && delta === undefined) return;
  const message = 'the collection weighs fields apart, which is one formula; leave it out';
  throw new InvalidOptionsError({
    owner: 'bm25',
    issues: [{ path: delta === undefined ? 'variant' : 'delta', message }],
  });
}
