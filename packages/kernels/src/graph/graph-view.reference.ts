import { GRAPH_FIELDS, LEVEL_SHIFT, ROOT_FIELDS, SIGN_HALF, SKETCH_NUMBER_BYTES } from './graph-layout.js';

const { fround, sqrt } = Math;

/** What is asked for: integers, and all that follows from them. */
export interface QueryView {
  readonly integers: Int16Array;
  readonly scale: number;
  readonly bias: number;
  /** Of the margin: half for who looks for links. */
  readonly share: 0.5 | 1;
}

/** A graph in kernel memory, read number by number as the kernels read it. */
export class GraphView {
  readonly #words: Uint32Array;
  readonly #floats: Float32Array;
  readonly #bytes: Uint8Array;
  readonly #codes: Int8Array;
  readonly #wide: Int16Array;
  readonly #at: number;

  constructor(buffer: ArrayBuffer | SharedArrayBuffer, at: number) {
    this.#at = at;
    this.#words = new Uint32Array(buffer);
    this.#floats = new Float32Array(buffer);
    this.#bytes = new Uint8Array(buffer);
    this.#codes = new Int8Array(buffer);
    this.#wide = new Int16Array(buffer);
  }

  get(field: keyof typeof GRAPH_FIELDS): number {
    return this.#words[(this.#at + GRAPH_FIELDS[field]) / 4] ?? 0;
  }

  root(field: keyof typeof ROOT_FIELDS): number {
    return this.#words[(this.get('root') + ROOT_FIELDS[field]) / 4] ?? 0;
  }

  setRoot(field: keyof typeof ROOT_FIELDS, value: number): void {
    this.#words[(this.get('root') + ROOT_FIELDS[field]) / 4] = value;
  }

  byteAt(at: number): number {
    return this.#bytes[at] ?? 0;
  }

  /** What the caller has put in the header and the scratch. */
  query(): QueryView {
    const start = this.get('query') / 2;
    const integers = this.#wide.slice(start, start + this.get('columns'));
    return { integers, scale: this.#float('queryOwnScale'), bias: this.#float('queryBias'), share: 1 };
  }

  /** A node as what is asked for, to link it. */
  queryOf(node: number): QueryView {
    return {
      integers: this.integersOf(node),
      scale: this.#numberOf(node, 'scale'),
      bias: this.#numberOf(node, 'bias'),
      share: 0.5,
    };
  }

  integersOf(node: number): Int16Array {
    const columns = this.get('columns');
    const code = this.get('codes') + node * columns;
    return Int16Array.from({ length: columns }, (_, column) => {
      return (this.#codes[code + column] ?? 0) + (this.#isSet(node, column) ? SIGN_HALF : -SIGN_HALF);
    });
  }

  pack({ integers, scale, bias }: QueryView, node: number): void {
    const columns = this.get('columns');
    const [code, sketch] = [this.get('codes') + node * columns, this.#sketchOf(node)];
    this.#bytes.fill(0, sketch, sketch + this.#width);
    for (let column = 0; column < columns; column++) {
      const integer = integers[column] ?? 0;
      this.#codes[code + column] = integer < 0 ? integer + SIGN_HALF : integer - SIGN_HALF;
      const byte = sketch + (column >>> 3);
      if (integer >= 0) this.#bytes[byte] = (this.#bytes[byte] ?? 0) | (1 << (column & 7));
    }
    const squares = fround(sum(integers, (value) => value * value));
    const sizes = Math.max(1, fround(sum(integers, Math.abs)));
    const ratio = fround(fround(fround(columns * squares) / sizes) / sizes);
    const spread = fround(Math.max(0, fround(ratio - 1)) / (columns - 1));
    const weight = fround(fround(scale * squares) / sizes);
    const error = fround(fround(scale * fround(sqrt(squares))) * fround(sqrt(spread)));
    this.#floats.set([scale, bias, weight, error], (sketch + this.#width) / 4);
  }

  /** Of those that may be as good as `bound` by their signs, the scores; the others have none. */
  scores(query: QueryView, nodes: readonly number[], bound: number): { node: number; score: number }[] {
    return nodes
      .filter((node) => this.#mayReach(query, node, bound))
      .map((node) => ({ node, score: this.scoreOf(query, node) }));
  }

  /** The score of a node. */
  scoreOf({ integers, scale, bias }: QueryView, node: number): number {
    const other = this.integersOf(node);
    const product = fround(sum(integers, (value, column) => value * (other[column] ?? 0)));
    const scaled = fround(fround(product * fround(scale * this.#float('factor'))) * this.#numberOf(node, 'scale'));
    return fround(fround(scaled + this.#numberOf(node, 'bias')) + bias);
  }

  /** Seen before the search began: hidden from it. */
  isHidden(node: number): boolean {
    return (((this.#words[this.get('seen') / 4 + (node >>> 5)] ?? 0) >>> (node & 31)) & 1) === 1;
  }

  linksOf(node: number, level: number): number[] {
    const at = this.#blockOf(node, level);
    return [...this.#words.subarray(at + 1, at + 1 + (this.#words[at] ?? 0))];
  }

  setLinks(node: number, level: number, links: readonly number[]): void {
    const at = this.#blockOf(node, level);
    this.#words[at] = links.length;
    this.#words.set(links, at + 1);
  }

  levelOf(node: number): number {
    return (this.#words[this.get('upperAt') / 4 + node] ?? 0) >>> LEVEL_SHIFT;
  }

  degreeOn(level: number): number {
    return this.get(level === 0 ? 'groundDegree' : 'upperDegree');
  }

  /** By four bits of each of the query's numbers, and a bit of the node's. */
  #mayReach({ integers, scale, bias, share }: QueryView, node: number, bound: number): boolean {
    const signs = sum(integers, (value, column) => (this.#isSet(node, column) ? 1 : -1) * ((value + 16) >> 5));
    const factored = fround(scale * this.#float('factor'));
    const squares = fround(sum(integers, (value) => value * value));
    const reach = fround(fround(factored * fround(sqrt(squares))) * this.#float('margin')) * share;
    const scaled = fround(fround(fround(32 * signs) * factored) * this.#numberOf(node, 'weight'));
    const estimate = fround(fround(scaled + this.#numberOf(node, 'bias')) + bias);
    return !(fround(estimate + fround(this.#numberOf(node, 'error') * reach)) < bound);
  }

  #isSet(node: number, column: number): boolean {
    return (((this.#bytes[this.#sketchOf(node) + (column >>> 3)] ?? 0) >>> (column & 7)) & 1) === 1;
  }

  get #width(): number {
    return this.get('sketchBytes') - SKETCH_NUMBER_BYTES;
  }

  #sketchOf(node: number): number {
    return this.get('sketches') + node * this.get('sketchBytes');
  }

  #numberOf(node: number, name: 'scale' | 'bias' | 'weight' | 'error'): number {
    const at = (this.#sketchOf(node) + this.#width) / 4;
    return this.#floats[at + ['scale', 'bias', 'weight', 'error'].indexOf(name)] ?? 0;
  }

  #blockOf(node: number, level: number): number {
    if (level === 0) return this.get('links') / 4 + node * (this.get('groundDegree') + 1);
    const first = (this.#words[this.get('upperAt') / 4 + node] ?? 0) & (2 ** LEVEL_SHIFT - 1);
    return this.get('upperLinks') / 4 + (first + level - 1) * (this.get('upperDegree') + 1);
  }

  #float(field: keyof typeof GRAPH_FIELDS): number {
    return this.#floats[(this.#at + GRAPH_FIELDS[field]) / 4] ?? 0;
  }
}

function sum(values: Int16Array, of: (value: number, column: number) => number): number {
  let total = 0;
  for (let column = 0; column < values.length; column++) total += of(values[column] ?? 0, column);
  return total;
}
