/**
 * The stem of a lower-case English word after Porter (1980), "An algorithm for suffix stripping", Program 14(3), with
 * the two departures of the author's own programs: `bli` becomes `ble`, `logi` becomes `log`.
 *
 * Words of one or two UTF-16 units stay. Units other than the vowels count as consonants, whatever the script.
 */
export function porterStem(word: string): string {
  if (word.length < 3) return word;
  return tidyEnd(dropSuffix(replaceSuffix(replaceSuffix(yToI(pastTense(plural(word))), doubled), derived)));
}

type Replacement = readonly [suffix: string, replacement: string];

// The first suffix that fits decides, also when the stem before it is too short to be changed.
const doubled: readonly Replacement[] = [
  ['ational', 'ate'],
  ['tional', 'tion'],
  ['enci', 'ence'],
  ['anci', 'ance'],
  ['izer', 'ize'],
  ['bli', 'ble'],
  ['alli', 'al'],
  ['entli', 'ent'],
  ['eli', 'e'],
  ['ousli', 'ous'],
  ['ization', 'ize'],
  ['ation', 'ate'],
  ['ator', 'ate'],
  ['alism', 'al'],
  ['iveness', 'ive'],
  ['fulness', 'ful'],
  ['ousness', 'ous'],
  ['aliti', 'al'],
  ['iviti', 'ive'],
  ['biliti', 'ble'],
  ['logi', 'log'],
];

const derived: readonly Replacement[] = [
  ['icate', 'ic'],
  ['ative', ''],
  ['alize', 'al'],
  ['iciti', 'ic'],
  ['ical', 'ic'],
  ['ful', ''],
  ['ness', ''],
];

const dropped: readonly string[] =
  'al ance ence er ic able ible ant ement ment ent sion tion ou ism ate iti ous ive ize'.split(' ');

function plural(word: string): string {
  if (word.endsWith('sses') || word.endsWith('ies')) return word.slice(0, -2);
  return word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word;
}

function pastTense(word: string): string {
  if (word.endsWith('eed')) return measure(word, word.length - 3) > 0 ? word.slice(0, -1) : word;
  const length = word.endsWith('ed') ? word.length - 2 : word.endsWith('ing') ? word.length - 3 : 0;
  return hasVowel(word, length) ? mendStem(word.slice(0, length)) : word;
}

/** What is left of a verb gets its e back (`hop(e)d`) or loses a doubled consonant (`hop(p)ed`). */
function mendStem(stem: string): string {
  if (stem.endsWith('at') || stem.endsWith('bl') || stem.endsWith('iz')) return `${stem}e`;
  if (endsDoubled(stem)) return /[lsz]$/.test(stem) ? stem : stem.slice(0, -1);
  return measure(stem, stem.length) === 1 && endsShort(stem, stem.length) ? `${stem}e` : stem;
}

function yToI(word: string): string {
  return word.endsWith('y') && hasVowel(word, word.length - 1) ? `${word.slice(0, -1)}i` : word;
}

function replaceSuffix(word: string, replacements: readonly Replacement[]): string {
  for (const [suffix, replacement] of replacements) {
    if (!word.endsWith(suffix)) continue;
    const length = word.length - suffix.length;
    return measure(word, length) > 0 ? word.slice(0, length) + replacement : word;
  }
  return word;
}

function dropSuffix(word: string): string {
  for (const suffix of dropped) {
    if (!word.endsWith(suffix)) continue;
    // The s or t of -sion and -tion is a condition, not a part of the suffix.
    const length = word.length - (suffix.endsWith('ion') ? 3 : suffix.length);
    return measure(word, length) > 1 ? word.slice(0, length) : word;
  }
  return word;
}

function tidyEnd(word: string): string {
  const vowelRuns = measure(word, word.length);
  const silent = word.endsWith('e') && (vowelRuns > 1 || (vowelRuns === 1 && !endsShort(word, word.length - 1)));
  const stem = silent ? word.slice(0, -1) : word;
  return vowelRuns > 1 && stem.endsWith('ll') ? stem.slice(0, -1) : stem;
}

/** Porter's m of the first `length` units: how often a vowel is followed by a consonant. */
function measure(word: string, length: number): number {
  let count = 0;
  let vowelBefore = false;
  let consonant = false;
  for (let at = 0; at < length; at++) {
    consonant = isConsonant(word.charCodeAt(at), at > 0 && consonant);
    if (consonant && vowelBefore) count++;
    vowelBefore = !consonant;
  }
  return count;
}

function hasVowel(word: string, length: number): boolean {
  for (let at = 0; at < length; at++) if (!consonantAt(word, at)) return true;
  return false;
}

function endsDoubled(word: string): boolean {
  const last = word.length - 1;
  return last > 0 && word[last] === word[last - 1] && consonantAt(word, last);
}

/** Whether the first `length` units end with consonant, vowel, consonant, the last not w, x or y. */
function endsShort(word: string, length: number): boolean {
  const last = length - 1;
  if (last < 2 || !consonantAt(word, last) || consonantAt(word, last - 1) || !consonantAt(word, last - 2)) return false;
  return !'wxy'.includes(word.charAt(last));
}

function consonantAt(word: string, at: number): boolean {
  let start = at;
  while (start > 0 && word.charCodeAt(start) === 0x79) start--;
  let consonant = isConsonant(word.charCodeAt(start), false);
  for (let next = start + 1; next <= at; next++) consonant = !consonant;
  return consonant;
}

/** y is a vowel after a consonant and a consonant otherwise. */
function isConsonant(unit: number, afterConsonant: boolean): boolean {
  switch (unit) {
    case 0x61:
    case 0x65:
    case 0x69:
    case 0x6f:
    case 0x75:
      return false;
    case 0x79:
      return !afterConsonant;
    default:
      return true;
  }
}
