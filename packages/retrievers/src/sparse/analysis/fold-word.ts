/**
 * What counts as the same letter. `case`: lower and upper, full and half width, ligatures and their letters (NFKC).
 * `accents`: also letters with and without marks (é and e, ü and u).
 */
export type Folding = 'case' | 'accents';

/** A word in its folded form. Idempotent. */
export function foldWord(word: string, folding: Folding): string {
  const lower = word.normalize('NFKC').toLowerCase().normalize('NFKC');
  return folding === 'case'
    ? lower
    : lower
        .normalize('NFD')
        .replace(/\p{Mn}+/gu, '')
        .normalize('NFC');
}
