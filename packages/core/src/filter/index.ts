export { and, type Field, field, not, or } from './field.js';
export { fieldsOf } from './fields-of.js';
export type { Bounds, Filter, Scalar } from './filter.js';
export { filterBitmap } from './filter-bitmap.js';
export { matches } from './matches.js';
export type { FieldColumns, MetadataColumns, NumberPostings, Postings, StringPostings } from './metadata-columns.js';
export { MetadataColumnsBuilder } from './metadata-columns-builder.js';
export { metadataColumnsOf } from './metadata-columns-of.js';
export { filterSchema, parseFilter } from './parse-filter.js';
