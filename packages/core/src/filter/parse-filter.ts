import { z } from 'zod';
import { InvalidFilterError } from '../errors/invalid-filter-error.js';
import type { Bounds, Filter, Scalar } from './filter.js';

/** Deepest nesting of `and`, `or` and `not` that is read. */
export const maxFilterDepth = 64;
/** Longest list of values or of filters that is read. */
export const maxFilterList = 65_536;

const fieldName = z.string().min(1);
const scalar = z.union([z.string(), z.number(), z.boolean()], {
  error: 'expected a string, a finite number or a boolean',
});
const bound = z.union([z.string(), z.number()], { error: 'expected a string or a finite number' });
const bounds = z
  .strictObject({
    gt: bound.exactOptional(),
    gte: bound.exactOptional(),
    lt: bound.exactOptional(),
    lte: bound.exactOptional(),
  })
  .refine((value) => Object.keys(value).length > 0, 'expected at least one of gt, gte, lt, lte')
  .refine((value) => new Set(Object.values(value).map((each) => typeof each)).size <= 1, 'expected bounds of one type');

const comparison: z.ZodType<[string, Scalar]> = z.tuple([fieldName, scalar]);
const membership: z.ZodType<[string, Scalar[]]> = z.tuple([fieldName, z.array(scalar).max(maxFilterList)]);
const range: z.ZodType<[string, Bounds]> = z.tuple([fieldName, bounds]);
const list = z.array(z.unknown()).max(maxFilterList);

type Path = readonly PropertyKey[];
type Read = (value: unknown, path: Path, depth: number) => Filter;

/** How the value of each key is read. */
const operators: Readonly<Record<string, Read>> = {
  eq: (value, path) => ({ eq: checked(comparison, value, path) }),
  ne: (value, path) => ({ ne: checked(comparison, value, path) }),
  in: (value, path) => ({ in: checked(membership, value, path) }),
  range: (value, path) => ({ range: checked(range, value, path) }),
  exists: (value, path) => ({ exists: checked(fieldName, value, path) }),
  and: (value, path, depth) => ({ and: readAll(value, path, depth) }),
  or: (value, path, depth) => ({ or: readAll(value, path, depth) }),
  not: (value, path, depth) => ({ not: read(value, path, depth + 1) }),
};

/**
 * Reads a filter from outside: JSON of a request or of a file. The result shares nothing with `value`.
 *
 * Unknown keys, several keys in one object, values that JSON cannot hold, more than 64 levels of nesting and lists of
 * more than 65,536 are refused.
 *
 * @throws {InvalidFilterError} with the path of the first thing that is wrong
 */
export function parseFilter(value: unknown): Filter {
  return read(value, [], 1);
}

/** The same as a schema, for files and requests in which a filter is one field among others. */
export const filterSchema: z.ZodType<Filter, unknown> = z.unknown().transform((value, context) => {
  try {
    return parseFilter(value);
  } catch (error) {
    if (!(error instanceof InvalidFilterError)) throw error;
    context.addIssue({ code: 'custom', path: error.path === '' ? [] : error.path.split('.'), message: error.problem });
    return z.NEVER;
  }
});

function read(value: unknown, path: Path, depth: number): Filter {
  if (depth > maxFilterDepth) refuse(path, `it is nested more than ${maxFilterDepth} levels deep`);
  const entries = Object.entries(checked(plainObject, value, path));
  const [entry] = entries;
  if (!entry || entries.length > 1) return refuse(path, `expected one key, found ${entries.length}`);
  const [key, operand] = entry;
  const operator = Object.hasOwn(operators, key) ? operators[key] : undefined;
  if (!operator) return refuse(path, `'${key}' is not an operator`);
  return operator(operand, [...path, key], depth);
}

const plainObject = z.record(z.string(), z.unknown(), { error: 'expected an object' });

function readAll(value: unknown, path: Path, depth: number): Filter[] {
  return checked(list, value, path).map((each, at) => read(each, [...path, at], depth + 1));
}

function checked<Output>(schema: z.ZodType<Output>, value: unknown, path: Path): Output {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  return refuse([...path, ...(issue?.path ?? [])], issue?.message ?? 'unknown');
}

function refuse(path: Path, problem: string): never {
  throw new InvalidFilterError({ path: path.map(String).join('.'), problem });
}
