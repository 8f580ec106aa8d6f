import { nextTurn } from '@sluice/core';

/** Looked at between two turns of the event loop: less than 1 ms of comparing numbers. */
const STEP = 256 * 1024;

/** Whether `holds` is true of every range that it is asked about: 0 to `length`, piece by piece, until one is false. */
export async function allInSteps(length: number, holds: (from: number, to: number) => boolean): Promise<boolean> {
  for (let from = 0; from < length; from += STEP) {
    if (!holds(from, Math.min(from + STEP, length))) return false;
    if (from + STEP < length) await nextTurn();
  }
  return true;
}
