import { InvalidOptionsError } from '@sluice/core';
import type { Parameters, ParameterValue } from './measure-family.js';

/** A measure's name, taken apart. */
export interface MeasureName {
  readonly family: string;
  readonly parameters: Parameters;
  /** The number after `@`. */
  readonly at?: number;
}

const NAME = /^(?<family>[A-Za-z0-9_]+)(?:\((?<inside>[^()]*)\))?(?:@(?<at>\d*\.?\d+))?$/;
const PARAMETER = /\s*(?<key>\w+)\s*=\s*(?<value>'[^']*'|"[^"]*"|\{[^{}]*\}|[^,'"{}\s]+)\s*(?:,|$)/y;

/**
 * Takes `nDCG(dcg='exp-log2')@10` apart.
 *
 * @throws {InvalidOptionsError} the text has not the form `family(name=value, ...)@cutoff`
 */
export function splitMeasureName(text: string): MeasureName {
  const { family, inside, at } = NAME.exec(text.trim())?.groups ?? {};
  if (family === undefined) throw unreadable(text);
  const parameters = splitParameters(inside ?? '', text);
  return at === undefined ? { family, parameters } : { family, parameters, at: Number(at) };
}

function splitParameters(inside: string, text: string): Parameters {
  const parameters: Record<string, ParameterValue> = {};
  PARAMETER.lastIndex = 0;
  while (PARAMETER.lastIndex < inside.length) {
    const { key, value } = PARAMETER.exec(inside)?.groups ?? {};
    if (key === undefined || value === undefined) throw unreadable(text);
    parameters[key] = readValue(value, text);
  }
  return parameters;
}

function readValue(value: string, text: string): ParameterValue {
  if (/^['"]/.test(value)) return value.slice(1, -1);
  if (value.startsWith('{')) return readMap(value.slice(1, -1), text);
  if (/^true$/i.test(value)) return true;
  if (/^false$/i.test(value)) return false;
  return readNumber(value, text);
}

function readMap(inside: string, text: string): Record<string, number> {
  const entries = inside.split(',').map((entry) => entry.split(':').map((part) => part.trim()));
  return Object.fromEntries(entries.map(([key = '', value = '']) => [key, readNumber(value, text)]));
}

function readNumber(value: string, text: string): number {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value)) throw unreadable(text);
  return Number(value);
}

function unreadable(text: string): InvalidOptionsError {
  return new InvalidOptionsError({
    owner: 'measure',
    issues: [{ path: '', message: `'${text}' is not of the form nDCG@10, AP(rel=2)@1000 or nDCG(dcg='exp-log2')@10` }],
  });
}

/** The canonical name of a measure with the parameters that were given. */
export function formatMeasureName(family: string, parameters: Parameters, at: string): string {
  const inside = Object.entries(parameters)
    .filter(([key, value]) => key !== at && value !== undefined)
    .map(([key, value]) => `${key}=${formatValue(value)}`)
    .sort();
  const after = parameters[at];
  return `${family}${inside.length > 0 ? `(${inside.join(',')})` : ''}${after === undefined ? '' : `@${after}`}`;
}

function formatValue(value: ParameterValue | undefined): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value !== 'object') return String(value);
  return `{${Object.entries(value)
    .map(([key, number]) => `${key}:${number}`)
    .join(',')}}`;
}
