export { TokenCollector, type TokenSequences } from '../token-sequences.js';
export { type BertNormalization, bertNormalize } from './bert-normalize.js';
export { WordPiece, type WordPieceParts } from './word-piece.js';
