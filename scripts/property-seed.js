// Before each test file: on CI property tests draw the same cases for the same commit, elsewhere new ones each time.
// SLUICE_SEED sets the seed; a failure prints its own.
import fc from 'fast-check';

const seed = process.env.SLUICE_SEED ?? (process.env.CI ? '20261120' : undefined);
if (seed !== undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) });
