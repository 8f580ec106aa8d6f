import { metadataColumnsOf, type SavedIndex, unpaced } from '@sluice/core';
import { memoryDirectory, openContainer, publishContainer } from '@sluice/files';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DocumentBlock, packBlock, packDocument } from './documents/document-block.js';
import { DOCUMENTS_KIND, encodeBlockIndex } from './documents/documents-layout.js';
import { DocumentsReader } from './documents/documents-reader.js';
import type { IdTable } from './ids/id-table.js';
import { IdTableBuilder } from './ids/id-table-builder.js';
import { brokenOrder, loadIdTable, saveIdColumns } from './ids/saved-id-table.js';
import { loadMetadata, saveMetadata } from './metadata/saved-metadata.js';
import { SAMPLE } from './sample.fixture.js';

// The checksums are right here and the contents lie: whoever wrote the file meant harm, or had a bug.

/** One byte of one block changed, one block cut short, or one left out. */
const lies = fc.record({
  block: fc.nat(),
  at: fc.nat(),
  kind: fc.constantFrom('flip', 'cut', 'drop'),
  bits: fc.integer({ min: 1, max: 255 }),
});

function lyingCopy(
  saved: SavedIndex,
  { block, at, kind, bits }: { block: number; at: number; kind: string; bits: number },
): SavedIndex {
  const copies = Object.entries(saved.blocks).map(([name, bytes]): [string, Uint8Array] => [name, bytes.slice()]);
  const [name, bytes] = copies[block % copies.length] ?? ['', new Uint8Array(0)];
  const blocks = Object.fromEntries(copies);
  if (kind === 'drop') delete blocks[name];
  else if (kind === 'cut') blocks[name] = bytes.slice(0, at % (bytes.length + 1));
  else if (bytes.length > 0) bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ bits;
  return { ...saved, blocks };
}

describe('a file that lies is refused or answers something, and never hangs or throws', () => {
  it('ids', async () => {
    const builder = new IdTableBuilder();
    const ids = Array.from({ length: 50 }, (_, at) => `id-${(at * 37) % 50}-ü`);
    await builder.reserve(ids);
    for (const id of ids) builder.add(id);
    const saved = saveIdColumns(await builder.finish());
    expect(await brokenOrder(await loadTable(saved))).toBeUndefined();
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(lies, async (lie) => {
        const table = await loadIdTable(lyingCopy(saved, lie));
        if (typeof table === 'string') refused++;
        else {
          for (const id of [...ids, 'other']) expect(table.ordinalOf(id)).toBeLessThan(50);
          for (let ordinal = 0; ordinal < 50; ordinal++) expect(table.idOf(ordinal)).toBeTypeOf('string');
          await brokenOrder(table);
        }
      }),
      { numRuns: 500 },
    );
    expect(refused).toBeGreaterThan(100);
  });

  it('metadata', () => {
    const saved = unpaced(saveMetadata(metadataColumnsOf(SAMPLE.map(({ metadata }) => metadata))));
    expect(unpaced(loadMetadata(saved))).toEqual(metadataColumnsOf(SAMPLE.map(({ metadata }) => metadata)));
    fc.assert(
      fc.property(lies, (lie) => {
        const columns = unpaced(loadMetadata(lyingCopy(saved, lie)));
        if (typeof columns === 'string') return;
        for (const { numbers, strings } of columns.fields.values()) {
          for (const document of [...numbers.documents, ...strings.documents]) expect(document).toBeLessThan(4);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('a block of documents', () => {
    const intact = packBlock(SAMPLE.map(packDocument));
    fc.assert(
      fc.property(fc.nat(60), fc.nat(255), fc.nat(6), (at, byte, count) => {
        const bytes = intact.slice();
        bytes[at] = byte;
        const block = DocumentBlock.from(bytes, count);
        for (let index = 0; block && index < count; index++) expect(block.text(index).text).toBeTypeOf('string');
      }),
    );
  });

  it('the index of the documents', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(300), fc.nat(300), fc.nat(5)), { maxLength: 3 }), async (rows) => {
        const directory = memoryDirectory();
        await publishContainer(directory, 'documents', DOCUMENTS_KIND, async (writer) => {
          await writer.begin('documents');
          await writer.write(new Uint8Array(200));
          await writer.begin('index');
          const [ends, unpacked, firsts] = [0, 1, 2].map((column) => rows.map((row) => row[column] ?? 0));
          await writer.write(
            encodeBlockIndex({
              ends: Float64Array.from(ends ?? []),
              unpacked: Uint32Array.from(unpacked ?? []),
              firsts: Uint32Array.from(firsts ?? []),
            }),
          );
          return { size: 6, blocks: rows.length };
        });
        const container = await openContainer(directory, 'documents');
        const corrupt = { code: 'SLUICE_CORRUPT_FILE', file: 'documents' };
        const opened = DocumentsReader.open('memory', container, 0).then((reader) => reader.read(0));
        await expect(opened).rejects.toMatchObject(corrupt);
      }),
    );
  });
});

async function loadTable(saved: SavedIndex): Promise<IdTable> {
  const table = await loadIdTable(saved);
  if (typeof table === 'string') throw new Error(table);
  return table;
}
