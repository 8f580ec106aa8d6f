import { memoryDirectory } from '@sluice/files';
import { expectRefusal } from '@sluice/testing';
import { expect, it } from 'vitest';
import { exportCiffCollection, importCiffCollection } from './exchange-collection.js';
import { indexDocuments } from './index-documents.js';
import { openCollection } from './open-collection.js';

const documents = ['tin cans rust', 'tin solder melts', 'lead pipes', ''].map((text, at) => ({ id: `d${at}`, text }));

async function exported(): Promise<Uint8Array[]> {
  const directory = memoryDirectory();
  await indexDocuments(documents, directory);
  const pieces: Uint8Array[] = [];
  for await (const piece of exportCiffCollection(directory)) pieces.push(piece);
  return pieces;
}

it('a collection that went through a file answers as before', async () => {
  const [before, after] = [memoryDirectory(), memoryDirectory()];
  await indexDocuments(documents, before);
  const summary = await importCiffCollection(await exported(), after, {
    name: 'x.ciff',
    documents: documents.slice(0, 2),
  });
  expect(summary).toEqual({ documents: 4, texts: 2, description: 'Sluice, analyzer english/lucene-9.9' });
  const [first, second] = [await openCollection(before), await openCollection(after)];
  const search = async (collection: typeof first) =>
    (await collection.search('tin pipes', { topK: 5 })).map(({ id, score }) => [id, score]);
  expect(await search(second)).toEqual(await search(first));
  expect(await search(second)).toHaveLength(3);
  const [known, unknown] = await second.documents(['d1', 'd2']);
  expect([known?.text, unknown?.text]).toEqual(['tin solder melts', '']);
  await Promise.all([first.close(), second.close()]);
});

it('a file that is refused leaves no collection, and a collection is not replaced', async () => {
  const pieces = await exported();
  const directory = memoryDirectory();
  const cut = pieces.map((piece) => piece.subarray(0, piece.length - 1));
  await expectRefusal(() => importCiffCollection(cut, directory, { name: 'cut.ciff' }), {
    code: 'SLUICE_INVALID_INPUT',
    fields: { source: 'cut.ciff' },
  });
  await expectRefusal(() => openCollection(directory), { code: 'SLUICE_STORE_NOT_FOUND' });
  await importCiffCollection(pieces, directory, { name: 'x.ciff' });
  const again = () => importCiffCollection(pieces, directory, { name: 'x.ciff' });
  await expectRefusal(again, { code: 'SLUICE_COLLECTION_EXISTS' });
});
