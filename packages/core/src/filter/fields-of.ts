import type { Filter } from './filter.js';

/** The names of the fields that a filter asks about, each once, in the order in which they stand. */
export function fieldsOf(filter: Filter): string[] {
  const found = new Set<string>();
  collect(filter, found);
  return [...found];
}

function collect(filter: Filter, found: Set<string>): void {
  if ('and' in filter) for (const each of filter.and) collect(each, found);
  else if ('or' in filter) for (const each of filter.or) collect(each, found);
  else if ('not' in filter) collect(filter.not, found);
  else found.add(fieldOf(filter));
}

type Combination = { readonly and: unknown } | { readonly or: unknown } | { readonly not: unknown };

function fieldOf(condition: Exclude<Filter, Combination>): string {
  if ('exists' in condition) return condition.exists;
  if ('eq' in condition) return condition.eq[0];
  if ('ne' in condition) return condition.ne[0];
  return 'in' in condition ? condition.in[0] : condition.range[0];
}
