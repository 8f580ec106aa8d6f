import { isSluiceError } from '@sluice/core';
import { expect } from 'vitest';

/** The code, and the fields that an error must carry. */
export interface Refusal {
  /** `SLUICE_INVALID_INPUT`; any Sluice error where left out. */
  readonly code?: string;
  /** Fields and their values: `{ row: 3 }`. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** Fails unless `work` throws or rejects with a Sluice error of that code and with those fields. */
export async function expectRefusal(
  work: () => unknown,
  { code, fields = {} }: Refusal,
  why: string = 'it must be refused',
): Promise<void> {
  const [error] = await thrownBy(work);
  expect(error === undefined ? 'nothing was thrown' : 'refused', why).toBe('refused');
  expect(isSluiceError(error) ? error.code : error, `${why}, with a Sluice error`).toEqual(
    code ?? expect.stringMatching(/^SLUICE_/),
  );
  expect(error, why).toMatchObject(fields);
}

/** Fails unless `work` rejects with `reason` itself, not with a copy or a wrapper. */
export async function expectRejection(work: () => Promise<unknown>, reason: unknown, why: string): Promise<void> {
  const [error] = await thrownBy(work);
  expect(error, why).toBe(reason);
}

/** What `work` throws or rejects with, in a list; an empty list where it succeeds. */
async function thrownBy(work: () => unknown): Promise<unknown[]> {
  try {
    await work();
    return [];
  } catch (error) {
    return [error ?? new Error('thrown without a value')];
  }
}
