import { BrokenContractError } from '../errors/broken-contract-error.js';
import type { Ranking } from '../ranking.js';

/**
 * The answers, if there is one for each query and none is too long.
 *
 * @throws {BrokenContractError} otherwise; a shifted answer would be taken for that of another query
 */
export function expectAnswers(component: string, answers: Ranking[], queries: number, topK: number): Ranking[] {
  if (answers.length !== queries) {
    throw new BrokenContractError({ component, problem: `gave ${answers.length} rankings for ${queries} queries` });
  }
  const tooLong = answers.find(({ length }) => length > topK);
  if (tooLong) {
    throw new BrokenContractError({ component, problem: `gave ${tooLong.length} documents where topK is ${topK}` });
  }
  return answers;
}
