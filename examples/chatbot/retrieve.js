// The retrieval step of a chatbot back end: a question in, a prompt with numbered sources out.
//   node examples/chatbot/retrieve.js INDEX "QUESTION"
import { openCollection } from 'sluice';

const [folder = 'index', question = 'how are ties broken?'] = process.argv.slice(2);

/** A few passages with their sources, or none: the model should then say that it does not know. */
export async function retrieve(collection, text, { signal } = {}) {
  const passages = await collection.search(text, { topK: 4, signal });
  const sources = passages.map(({ id, title = id, text }, at) => `[${at + 1}] ${title}\n${text}`);
  return {
    prompt: `Answer from these sources and cite them by number.\n\n${sources.join('\n\n')}\n\nQuestion: ${text}`,
    citations: passages.map(({ id, metadata, score }, at) => ({ number: at + 1, id, metadata, score })),
  };
}

const collection = await openCollection(folder); // once, when the server starts
const { prompt, citations } = await retrieve(collection, question, { signal: AbortSignal.timeout(2000) });
console.log(prompt, citations);
await collection.close(); // when it stops
