// Searches an index and reranks what was found with a cross-encoder, within a budget of time.
// Usage: node rerank.js INDEX MODEL QUESTION
import { openCollection, openCrossEncoder, pipeline, rerank, stopEarly } from 'sluice';

const BUDGET_MS = 300;

const [, , index, model, ...words] = process.argv;
if (index === undefined || model === undefined || words.length === 0) {
  process.stderr.write('Usage: node rerank.js INDEX MODEL QUESTION\n');
  process.exit(2);
}
const { reranker, close } = await openCrossEncoder(model, { scores: 'logit' });
const collection = await openCollection(index);
try {
  const careful = pipeline(
    collection.pipeline(),
    rerank(stopEarly(reranker, { budgetMs: BUDGET_MS }), { depth: 50, topK: 5 }),
  );
  for (const { rank, id, score, text } of await collection.search(words.join(' '), { pipeline: careful, topK: 5 })) {
    process.stdout.write(`${rank}. ${id} (${score.toFixed(2)}) ${text.slice(0, 100)}\n`);
  }
} finally {
  await collection.close();
  await close();
}
