import { kernelBase64, memoryFlagsAt } from './generated/kernels.js';
import { type WasmMemory, webAssembly } from './web-assembly.js';

/** The compiled kernels. Pointers are byte offsets in the memory, counts are in elements; see the wrappers. */
export interface CompiledKernels {
  dotFloat32(queries: number, rows: number, scores: number, q: number, n: number, columns: number): void;
  euclideanFloat32(queries: number, rows: number, scores: number, q: number, n: number, columns: number): void;
  dotFloat32Listed(query: number, rows: number, list: number, scores: number, n: number, columns: number): void;
  euclideanFloat32Listed(query: number, rows: number, list: number, scores: number, n: number, columns: number): void;
  dotFloat16(queries: number, rows: number, scores: number, q: number, n: number, columns: number): void;
  euclideanFloat16(queries: number, rows: number, scores: number, q: number, n: number, columns: number): void;
  dotFloat16Listed(query: number, rows: number, list: number, scores: number, n: number, columns: number): void;
  euclideanFloat16Listed(query: number, rows: number, list: number, scores: number, n: number, columns: number): void;
  dotPrefixListed(
    query: number,
    rows: number,
    list: number,
    scores: number,
    n: number,
    stride: number,
    columns: number,
  ): void;
  euclideanPrefixListed(
    query: number,
    rows: number,
    list: number,
    scores: number,
    n: number,
    stride: number,
    columns: number,
  ): void;
  dotTiles(rows: number, tiles: number, scores: number, q: number, n: number, stride: number, width: number): void;
  euclideanTiles(
    rows: number,
    tiles: number,
    scores: number,
    q: number,
    n: number,
    stride: number,
    width: number,
  ): void;
  bestOfEach(scores: number, positions: number, best: number, q: number, n: number, count: number): void;
  sumCodes(codes: number, tables: number, scores: number, n: number, parts: number): void;
  sumCodesListed(codes: number, list: number, tables: number, scores: number, n: number, parts: number): void;
  dotInt8(queries: number, rows: number, products: number, q: number, n: number, columns: number): void;
  dotInt8Listed(query: number, rows: number, list: number, products: number, n: number, columns: number): void;
  maximaFloat16(
    tiles: number,
    rows: number,
    starts: number,
    ends: number,
    maxima: number,
    scratch: number,
    q: number,
    n: number,
    stride: number,
    width: number,
  ): void;
  maximaInt8(
    queries: number,
    rows: number,
    scales: number,
    starts: number,
    ends: number,
    maxima: number,
    q: number,
    n: number,
    columns: number,
  ): void;
  sumMaxima(
    table: number,
    codes: number,
    starts: number,
    ends: number,
    scores: number,
    n: number,
    columns: number,
  ): void;
  decodeCompact(
    codes: number,
    bits: number,
    scales: number,
    steps: number,
    list: number,
    target: number,
    n: number,
    stride: number,
    width: number,
    columns: number,
  ): void;
  decodeNodes(
    codes: number,
    sketches: number,
    list: number,
    target: number,
    n: number,
    stride: number,
    sketchBytes: number,
    width: number,
    columns: number,
  ): void;
  dotNodes(
    query: number,
    codes: number,
    sketches: number,
    list: number,
    scores: number,
    n: number,
    stride: number,
    sketchBytes: number,
    columns: number,
  ): void;
  euclideanNodes(
    query: number,
    codes: number,
    sketches: number,
    list: number,
    scores: number,
    n: number,
    stride: number,
    sketchBytes: number,
    columns: number,
  ): void;
  hamming(queries: number, codes: number, distances: number, q: number, n: number, width: number): void;
  dotSigns(queries: number, rows: number, products: number, q: number, n: number, width: number, planes: number): void;
  dotSignsListed(
    query: number,
    rows: number,
    list: number,
    products: number,
    n: number,
    width: number,
    planes: number,
  ): void;
  scaleIntegers(values: number, rowScales: number, queryScales: number, q: number, n: number): void;
  clampScores(scores: number, n: number, minimum: number, maximum: number): void;
  offer(
    scores: number,
    names: number,
    filter: number,
    bestScores: number,
    bestOrdinals: number,
    sizes: number,
    q: number,
    n: number,
    k: number,
  ): void;
  packNode(graph: number, node: number): void;
  insertNode(graph: number, node: number, beam: number): void;
  insertNodes(graph: number, end: number, beam: number): void;
  repairNode(graph: number, node: number, gone: number, beam: number): void;
  searchGraph(graph: number, beam: number, nodes: number, scores: number): number;
  scorePostings(search: number): void;
  searchPostings(search: number): number;
  rankClusters(header: number): void;
  scoreSparseRows(header: number, list: number, scores: number, n: number): void;
  walkClusters(header: number, k: number, effort: number): number;
  searchWindows(header: number, k: number): number;
  sortBest(bestScores: number, bestOrdinals: number, sizes: number, q: number, k: number): void;
}

/** Whether a memory may be handed to other threads. */
export type Sharing = 'private' | 'shared';

const SHARED_WITH_MAXIMUM = 3;
const compiled = new Map<Sharing, object>();
let isValid: boolean | undefined;

/** Whether this platform runs the compiled kernels: WebAssembly with 128-bit SIMD. Asked once: it costs milliseconds. */
export function hasSimd(): boolean {
  isValid ??= webAssembly.validate(kernelBytes('private'));
  return isValid;
}

/** The compiled module for a kind of memory, which may be handed to workers. */
export function compiledModule(sharing: Sharing): object {
  let module = compiled.get(sharing);
  if (!module) {
    module = new webAssembly.Module(kernelBytes(sharing));
    compiled.set(sharing, module);
  }
  return module;
}

/** The kernels on a memory. Each instance holds nothing of its own, so a memory may have several. */
export function instantiate(memory: WasmMemory, sharing: Sharing): CompiledKernels {
  // The border to compiled code: its exports are what `assembly/index.ts` exports.
  return new webAssembly.Instance(compiledModule(sharing), { env: { memory } }).exports as CompiledKernels;
}

/** A module says whether its memory is shared in one byte, so one binary serves both. */
function kernelBytes(sharing: Sharing): Uint8Array {
  const bytes = Uint8Array.from(atob(kernelBase64), (character) => character.charCodeAt(0));
  if (sharing === 'shared') bytes[memoryFlagsAt] = SHARED_WITH_MAXIMUM;
  return bytes;
}
