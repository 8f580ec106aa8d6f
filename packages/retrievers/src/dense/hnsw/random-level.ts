/**
 * The level of each node: floor(-ln u / ln degree), u uniform in (0, 1], so that each level has a share of
 * 1 / degree of the nodes below it.
 *
 * u comes from a hash of the seed and the node (splitmix32), so that a loaded index goes on as the one that was saved.
 *
 * @param node from 0
 */
export function randomLevel(seed: number, node: number, degree: number): number {
  let state = (seed + Math.imul(node + 1, 0x9e3779b9)) | 0;
  state = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
  state = Math.imul(state ^ (state >>> 15), 0x735a2d97);
  const uniform = (((state ^ (state >>> 15)) >>> 0) + 1) / 2 ** 32;
  return Math.floor(-Math.log(uniform) / Math.log(degree));
}
