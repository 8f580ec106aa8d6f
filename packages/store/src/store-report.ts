import type { SluiceError } from '@sluice/core';

/** What `verifyStore` found. */
export interface StoreReport {
  /** `intact` when everything that the newest commit names is. */
  readonly state: 'intact' | 'damaged';
  /** The newest commit, intact or not. */
  readonly generation: number;
  /** Documents in it; absent when its manifest cannot be read. */
  readonly documents?: number;
  /** Every file that a manifest names, and the manifests, newest commit first. */
  readonly files: readonly FileReport[];
  /** Files that no manifest names: left by an interrupted writer, cleared away by the next one. */
  readonly leftovers: readonly string[];
  /** The newest commit of which every byte is intact: what `repairStore` would step back to. Absent if there is none. */
  readonly newestIntact?: number;
}

/** One file of the report. */
export interface FileReport {
  readonly name: string;
  /** Commits that need it, newest first. */
  readonly generations: readonly number[];
  /** Bytes that were read and checked. */
  readonly bytes: number;
  /** What is wrong with it; absent when it is intact. */
  readonly problem?: SluiceError;
}

/** What `repairStore` did. */
export interface StoreRepair {
  /** The commit that is now the newest. */
  readonly generation: number;
  /** Commits that were given up, newest first; empty when nothing was damaged. */
  readonly dropped: readonly number[];
}
