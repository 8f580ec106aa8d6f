// The retrieval step of a chatbot back end: a question in, a prompt with numbered sources out, or nothing.
//   node examples/chatbot/retrieve.js INDEX "QUESTION"
import { openCollection, pipeline, relevance, scoreThreshold } from 'sluice';

const [folder = 'index', question = 'how are ties broken?'] = process.argv.slice(2);

const collection = await openCollection(folder); // once, when the server starts
// With the shipped model few answers score below .25 and few unrelated passages above; judge some questions of your own.
const search = pipeline(collection.pipeline('hybrid'), relevance(scoreThreshold({ threshold: 0.25, column: 'dense' })));

/** At most four passages as a prompt with citations; undefined when nothing relevant was found. */
export async function retrieve(text, { signal } = {}) {
  const passages = await collection.search(text, { topK: 4, pipeline: search, signal });
  if (passages.length === 0) return undefined;
  const sources = passages.map(({ id, title = id, text }, at) => `[${at + 1}] ${title}\n${text}`);
  return {
    prompt: `Answer from these sources and cite them by number.\n\n${sources.join('\n\n')}\n\nQuestion: ${text}`,
    citations: passages.map(({ id, metadata }, at) => ({ number: at + 1, id, metadata })),
  };
}

console.log((await retrieve(question, { signal: AbortSignal.timeout(2000) })) ?? 'I do not know.');
await collection.close(); // when it stops
