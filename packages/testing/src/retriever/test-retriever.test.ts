import type { Document } from '@sluice/core';
import { scoringRetriever } from './scoring-retriever.js';
import { testRetriever } from './test-retriever.js';

testRetriever('scoringRetriever', (documents) => scoringRetriever(documents, { score: sharedWords }), {
  oracle: (documents) => scoringRetriever(documents, { score: sharedWords }),
});

function sharedWords(query: string, { text }: Document): number | undefined {
  const words = text.split(/\s+/);
  const shared = query.split(/\s+/).filter((word) => word !== '' && words.includes(word)).length;
  return shared === 0 ? undefined : shared;
}
