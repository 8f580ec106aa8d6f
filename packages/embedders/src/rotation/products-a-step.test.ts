import { matrix } from '@sluice/core';
import { describe, expect, it } from 'vitest';
import { linearMap } from './linear-map.js';
import { mapRows } from './map-rows.js';
import { PRODUCTS_A_STEP } from './products-a-step.js';
import { secondMoments } from './second-moments.js';

const COLUMNS = 1536;

const steps = (work: Generator<void, unknown>): number => [...work].length;

describe('wide rows', () => {
  const rows = matrix(new Float32Array(12 * COLUMNS).fill(0.5), COLUMNS);
  const triangle = (COLUMNS * (COLUMNS + 1)) / 2;

  it('are mapped in steps of so many products, not of whole rows', async () => {
    const map = await linearMap(
      { kind: 'tldr', inputs: COLUMNS, outputs: COLUMNS },
      new Float32Array(COLUMNS ** 2).fill(0.1),
    );
    const products = rows.rows * COLUMNS ** 2;
    // A step ends with the pair of outputs that fills it.
    expect(steps(mapRows(rows, map, COLUMNS, 'unit'))).toBeGreaterThan(products / (PRODUCTS_A_STEP + 2 * COLUMNS) - 1);
  });

  it('are multiplied with themselves in steps of so many products, not of whole rows', () => {
    // What follows the products has a step for each column.
    const first = steps(secondMoments(rows)) - COLUMNS;
    expect(first).toBeGreaterThan((rows.rows * triangle) / (PRODUCTS_A_STEP + 4 * COLUMNS) - 1);
  });
});
