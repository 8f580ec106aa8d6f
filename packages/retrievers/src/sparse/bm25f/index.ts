export {
  type Bm25fOptions,
  type Bm25fParameters,
  type Bm25fRetriever,
  bm25f,
  bm25fParameters,
  type FieldParameters,
  fieldRanges,
} from './bm25f.js';
export { fieldText } from './field-text.js';
export { type FieldStatistics, FieldsIndex, type FieldsStatistics, sumFieldsStatistics } from './fields-index.js';
export { FieldsIndexBuilder, type OrdinalDocument } from './fields-index-builder.js';
export { loadFields, saveFields } from './saved-fields.js';
