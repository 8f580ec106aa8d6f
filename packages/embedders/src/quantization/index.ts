export { hammingShortlists } from './hamming-shortlists.js';
export { calibrateRanges, type QuantizationRanges } from './quantization-ranges.js';
export { type QuantizeOptions, quantizeEmbeddings } from './quantize-embeddings.js';
export { rescoreQuantized, type Shortlists } from './rescore-quantized.js';
