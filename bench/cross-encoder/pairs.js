import { abstracts, mixed } from '../embed/texts.js';

/**
 * Queries of thirty collections, each beside a passage: from a sentence to a paragraph, every fourth an abstract.
 *
 * @returns {Promise<[string, string][]>}
 */
export async function mixedPairs(shared, count) {
  const texts = await mixed(shared, count * 2);
  const long = await abstracts(shared, Math.ceil(count / 4));
  return Array.from({ length: count }, (_, at) => [texts[2 * at], at % 4 === 3 ? long[at >> 2] : texts[2 * at + 1]]);
}
