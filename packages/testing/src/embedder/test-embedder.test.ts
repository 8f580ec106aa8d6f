import { hashedEmbedder } from './hashed-embedder.js';
import { testEmbedder } from './test-embedder.js';

testEmbedder('hashedEmbedder', () => hashedEmbedder(), { others: [() => hashedEmbedder({ dimensions: 8 })] });
testEmbedder('hashedEmbedder under dot', () => hashedEmbedder({ similarity: 'dot' }));
