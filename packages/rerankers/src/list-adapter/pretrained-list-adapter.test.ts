import { testRelevanceFilter } from '@sluice/testing';
import { expect, it } from 'vitest';
import { listAdapter } from './list-adapter.js';
import { loadListAdapter } from './list-adapter-model.js';
import { directionOf, listFeatures } from './list-features.js';
import { pretrainedListAdapter } from './pretrained-list-adapter.js';

testRelevanceFilter('pretrained listAdapter', () => listAdapter(pretrainedListAdapter()));

it.each(['lexical', 'dense-only'] as const)('%s is a model that keeps the order within a query', (sources) => {
  const model = loadListAdapter(JSON.parse(JSON.stringify(pretrainedListAdapter(sources))));
  expect(model).toEqual(pretrainedListAdapter(sources));
  for (const [at, feature] of listFeatures(sources).entries()) {
    const weight = model.weights[at] ?? Number.NaN;
    if (directionOf(feature) === 'up') expect(weight, feature).toBeGreaterThanOrEqual(0);
    if (directionOf(feature) === 'down') expect(weight, feature).toBeLessThanOrEqual(0);
  }
});
