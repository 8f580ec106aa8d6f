import { type JudgedRanking, NOT_POOLED } from '../judged-ranking.js';

/**
 * The grades of the first `length` results, one character each, in quotes: trec_eval's relstring.
 *
 * A digit is the grade, `>` a grade above 9, `-` a document that was not pooled, `.` one that was pooled and not judged.
 */
export function relevanceString(length: number): (query: JudgedRanking) => string {
  return ({ grades }) => `'${Array.from(grades.subarray(0, length), character).join('')}'`;
}

function character(grade: number): string {
  if (grade > 9) return '>';
  if (grade >= 0) return String(grade);
  return grade === NOT_POOLED ? '-' : '.';
}
