import { MissingPeerError } from '@sluice/core';

/** How an index of the library is made. */
export interface UsearchConfig {
  readonly dimensions: number;
  readonly metric: 'cos' | 'ip' | 'l2sq';
  readonly quantization: 'f32' | 'f16' | 'bf16' | 'i8';
  readonly connectivity: number;
  readonly expansion_add: number;
  readonly expansion_search: number;
  readonly multi: boolean;
}

/** The part of an index of the library that is used here. */
export interface UsearchNativeIndex {
  add(keys: BigUint64Array, vectors: Float32Array, threads: number): void;
  search(query: Float32Array, count: number, threads: number): { readonly keys: BigUint64Array };
  size(): number;
  save(path: string): void;
  load(path: string): void;
}

/** The package `usearch`, as far as it is used here. */
export interface UsearchLibrary {
  readonly Index: new (config: UsearchConfig) => UsearchNativeIndex;
}

/**
 * The library, loaded on first use: it is an optional peer.
 *
 * @throws {MissingPeerError} it is not installed, or its native part does not load on this machine
 */
export async function importUsearch(): Promise<UsearchLibrary> {
  // Not a literal: types are not looked up, which need not be there.
  const name: string = 'usearch';
  try {
    const module: unknown = await import(name);
    return libraryIn(module);
  } catch (cause) {
    throw new MissingPeerError({
      peer: 'usearch',
      purpose: 'An index over USearch',
      alternative: 'pass it as `library`, or use hnswIndex, which needs nothing',
      cause,
    });
  }
}

function libraryIn(module: unknown): UsearchLibrary {
  if (isLibrary(module)) return module;
  if (typeof module === 'object' && module !== null && 'default' in module) return libraryIn(module.default);
  throw new TypeError('The package usearch has no class Index.');
}

function isLibrary(module: unknown): module is UsearchLibrary {
  return typeof module === 'object' && module !== null && 'Index' in module && typeof module.Index === 'function';
}
