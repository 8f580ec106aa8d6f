// What a user's program does first. Runs in a folder where the packed tarballs are installed.
import { indexDocuments, isSluiceError, openCollection, openModel } from 'sluice';

const documents = [
  { id: 'weir', title: 'Weirs', text: 'A weir raises the level of a river.', metadata: { year: 1850 } },
  { id: 'lock', title: 'Locks', text: 'A lock lifts boats from one level to the next.', metadata: { year: 1790 } },
  { id: 'bread', text: 'Yeast lets dough rise before it is baked.' },
];
const [folder, transformer] = process.argv.slice(2);

const model = await openModel('static');
const summary = await indexDocuments(documents, folder, { model });
await model.embedder.close?.();

const collection = await openCollection(folder);
const [best] = await collection.search('how do ships get up a hill?', { topK: 2 });
const filtered = await collection.search('level', { filter: { eq: ['year', 1850] } });
await collection.close();

const missing = await openModel(transformer).catch((error) => error);
const peer = isSluiceError(missing, 'SLUICE_MISSING_PEER') ? missing.message : String(missing);

console.log(
  JSON.stringify({ node: process.version, summary, best: best.id, filtered: filtered.map(({ id }) => id), peer }),
);
