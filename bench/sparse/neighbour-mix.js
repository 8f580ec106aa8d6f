const SKETCH_TERMS = 32;
const NEIGHBOURS = 20;
/** Sixteenths of its terms that a document takes from one document, from a neighbour of it, and from any other. */
const [OWN, NEAR] = [9, 14];

/**
 * More vectors, made of real ones with a seed: a document takes nine sixteenths of its terms from one real document, five
 * from one of the twenty that are nearest to it, and two from any other, chosen by hashes of the terms; weights are shaken
 * by a quarter. So lengths, term frequencies, weights and what goes with what stay about as they are, and subjects stay
 * subjects. Synthetic all the same: near-duplicates are more common than in real collections.
 *
 * @returns {{ rows: number, columns: number, offsets: Uint32Array, indices: Uint32Array, values: Float32Array }}
 */
export function neighbourMix({ documents, vocabularySize }, count, seed = 7) {
  const random = linear(seed);
  const near = neighboursOf(documents, vocabularySize);
  const draw = (length) => Math.floor(random() * length);
  const offsets = new Uint32Array(count + 1);
  let indices = new Uint32Array(count * 256);
  let values = new Float32Array(count * 256);
  const taken = new Float32Array(vocabularySize);
  let at = 0;
  for (let row = 0; row < count; row++) {
    const own = draw(documents.length);
    const sources = [own, near[own][draw(NEIGHBOURS)], draw(documents.length)];
    const salt = draw(2 ** 31);
    const terms = [];
    for (const [place, source] of sources.entries()) {
      const [from, to] = [
        [0, OWN],
        [OWN, NEAR],
        [NEAR, 16],
      ][place];
      const vector = documents[source];
      for (let each = 0; each < vector.indices.length; each++) {
        const term = vector.indices[each];
        const sixteenth = (Math.imul(term ^ salt, 0x9e3779b1) >>> 16) & 15;
        if (sixteenth < from || sixteenth >= to) continue;
        terms.push(term);
        taken[term] = vector.values[each];
      }
    }
    const sorted = Uint32Array.from(terms).sort();
    if (at + sorted.length > indices.length) [indices, values] = [longer(indices), longer(values)];
    for (const term of sorted) {
      indices[at] = term;
      values[at++] = Math.max(1, Math.round(taken[term] * (0.75 + random() / 2)));
    }
    offsets[row + 1] = at;
  }
  return { rows: count, columns: vocabularySize, offsets, indices: indices.slice(0, at), values: values.slice(0, at) };
}

/** The nearest of each document by the products of their heaviest terms. */
function neighboursOf(documents, vocabularySize) {
  const sketches = documents.map(sketchOf);
  const lists = Array.from({ length: vocabularySize }, () => []);
  for (const [row, sketch] of sketches.entries()) for (const [term, weight] of sketch) lists[term].push([row, weight]);
  const products = new Float64Array(documents.length);
  return sketches.map((sketch, own) => {
    products.fill(0);
    for (const [term, weight] of sketch) for (const [row, other] of lists[term]) products[row] += weight * other;
    products[own] = 0;
    const rows = Array.from(products.keys()).filter((row) => products[row] > 0);
    rows.sort((left, right) => products[right] - products[left]);
    return Array.from({ length: NEIGHBOURS }, (_, at) => rows[at] ?? own);
  });
}

/** The heaviest terms with their weights, at unit length. */
function sketchOf({ indices, values }) {
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  const order = Array.from(indices.keys()).sort((left, right) => values[right] - values[left]);
  return order.slice(0, SKETCH_TERMS).map((at) => [indices[at], values[at] / length]);
}

function longer(array) {
  const copy = new array.constructor(2 * array.length);
  copy.set(array);
  return copy;
}

function linear(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
