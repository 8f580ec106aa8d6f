import { InvalidInputError } from '@sluice/core';

/** A place in a file, and what to say of it. */
export interface LinePosition {
  readonly source: string;
  /** From 1. */
  readonly line: number;
}

/** The parts of a line between runs of spaces and tabs. At most `limit` are made; the rest of the line is left. */
export function whitespaceFields(text: string, limit: number): string[] {
  const fields: string[] = [];
  let at = 0;
  while (at < text.length && fields.length < limit) {
    while (at < text.length && isBlank(text.charCodeAt(at))) at++;
    const from = at;
    while (at < text.length && !isBlank(text.charCodeAt(at))) at++;
    if (at > from) fields.push(text.slice(from, at));
  }
  return fields;
}

function isBlank(unit: number): boolean {
  return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d);
}

/** Whether nothing but spaces and tabs is on the line. */
export function isBlankLine(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (!isBlank(text.charCodeAt(at))) return false;
  return true;
}

/** @throws {InvalidInputError} a line that does not have the expected columns */
export function wrongColumns(position: LinePosition, expected: string): InvalidInputError {
  return new InvalidInputError(position, `the line is not '${expected}'`, 'Correct or remove the line.');
}

/**
 * A relevance grade.
 *
 * @throws {InvalidInputError} it is not an integer from -32,768 to 32,767
 */
export function readGrade(text: string, position: LinePosition): number {
  const grade = /^[+-]?\d{1,6}(\.0*)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(grade >= -32_768 && grade <= 32_767)) {
    throw new InvalidInputError(
      position,
      `the grade '${text.slice(0, 40)}' is not an integer from -32,768 to 32,767`,
      'Write graded relevance in whole numbers.',
    );
  }
  return grade;
}

/**
 * A score: a decimal number, `inf` and `-inf` included.
 *
 * @throws {InvalidInputError} it is not a number, or NaN
 */
export function readScore(text: string, position: LinePosition): number {
  const score = Number(text);
  if (!Number.isNaN(score) && text !== '') return score;
  const infinite = /^(?<sign>[+-]?)inf(inity)?$/i.exec(text);
  if (infinite) return infinite.groups?.sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  throw new InvalidInputError(
    position,
    `the score '${text.slice(0, 40)}' is not a number`,
    'Leave out results without a score.',
  );
}

/**
 * A rank.
 *
 * @throws {InvalidInputError} it is not an integer of at least 0
 */
export function readRank(text: string, position: LinePosition): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  const problem = `the rank '${text.slice(0, 40)}' is not a whole number`;
  throw new InvalidInputError(position, problem, 'Write ranks from 1.');
}
