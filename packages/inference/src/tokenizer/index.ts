export { type BertNormalization, bertNormalize } from './bert-normalize.js';
export { TokenCollector, type TokenSequences } from './token-sequences.js';
export { WordPiece, type WordPieceParts } from './word-piece.js';
