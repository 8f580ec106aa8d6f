import { isSluiceError } from '@sluice/core';

/** What a calibration's fit gives; nothing where relevant candidates do not score higher than others. */
export async function unlessFalling<Fit>(fit: Promise<Fit>): Promise<Fit | undefined> {
  try {
    return await fit;
  } catch (error) {
    if (isSluiceError(error, 'SLUICE_INVALID_INPUT')) return undefined;
    throw error;
  }
}
