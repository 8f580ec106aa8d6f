import type { Directory } from '@sluice/files';
import type { Check, KitOptions } from '../kit/check.js';
import { runChecks } from '../kit/run-checks.js';
import { byteChecks } from './byte-checks.js';
import { nameChecks } from './name-checks.js';

/** Makes a directory that is empty and shared with nobody. Called once for each check. */
export type DirectoryFactory = () => Directory | Promise<Directory>;

/**
 * Registers the suite of the `Directory` contract, but for what survives a crash: that takes pulling the plug.
 *
 * @example testDirectory('memoryDirectory', () => memoryDirectory())
 */
export function testDirectory(name: string, create: DirectoryFactory, options: KitOptions = {}): void {
  runChecks(name, directoryChecks(create, options), options.skip);
}

/** The checks of {@link testDirectory}, to run without a test runner. */
export function directoryChecks(create: DirectoryFactory, options: KitOptions = {}): Check[] {
  return [...nameChecks(create, options), ...byteChecks(create, options)];
}
