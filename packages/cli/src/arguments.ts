import { InvalidArgumentError } from 'commander';

/** A parser of whole numbers from 1 up, for commander. */
export function wholeNumber(name: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isSafeInteger(value) && value >= 1) return value;
    throw new InvalidArgumentError(`${name} must be a whole number from 1 up.`);
  };
}

/** A list written with commas: `bm25,dense`. */
export function commaList(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
