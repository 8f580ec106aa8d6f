import { MissingPeerError } from '@sluice/core';

/** The part of a graph of the library that is used here. */
export interface HnswlibGraph {
  initIndex(options: { maxElements: number; m: number; efConstruction: number; randomSeed: number }): void;
  resizeIndex(maxElements: number): void;
  addPoint(point: number[], label: number): void;
  searchKnn(point: number[], count: number): { readonly neighbors: number[] };
  setEf(ef: number): void;
  getCurrentCount(): number;
  getMaxElements(): number;
  writeIndexSync(file: string): void;
  readIndexSync(file: string): void;
}

/** The package `hnswlib-node`, as far as it is used here. */
export interface HnswlibLibrary {
  readonly HierarchicalNSW: new (space: 'l2' | 'ip', dimensions: number) => HnswlibGraph;
}

/**
 * The library, loaded on first use: it is an optional peer.
 *
 * @throws {MissingPeerError} it is not installed, or its native part does not load on this machine
 */
export async function importHnswlib(): Promise<HnswlibLibrary> {
  // Not a literal: types are not looked up, which need not be there.
  const name: string = 'hnswlib-node';
  try {
    const module: unknown = await import(name);
    return libraryIn(module);
  } catch (cause) {
    throw new MissingPeerError({
      peer: 'hnswlib-node',
      purpose: 'An index over hnswlib',
      alternative: 'pass it as `library`, or use hnswIndex, which needs nothing',
      cause,
    });
  }
}

/**
 * The library in a module that was imported or required.
 *
 * @throws {TypeError} it is another module
 */
export function libraryIn(module: unknown): HnswlibLibrary {
  if (isLibrary(module)) return module;
  if (typeof module === 'object' && module !== null && 'default' in module) return libraryIn(module.default);
  throw new TypeError('The package hnswlib-node has no class HierarchicalNSW.');
}

function isLibrary(module: unknown): module is HnswlibLibrary {
  if (typeof module !== 'object' || module === null) return false;
  return 'HierarchicalNSW' in module && typeof module.HierarchicalNSW === 'function';
}
