import { expect, it } from 'vitest';
import { bootstrapInterval } from './bootstrap-interval.js';
import { correctPValues } from './correction.js';
import { incompleteBeta, studentTwoSided } from './incomplete-beta.js';
import { normalProbability, normalQuantile } from './normal-distribution.js';
import { pairedTTest } from './paired-t-test.js';
import { randomisationTest } from './randomisation-test.js';

// Every expected value below that is not a whole fraction was computed by scipy 1.17.1.

const SYSTEM = [0.31, 0.5, 0, 1, 0.72, 0.44, 0.9, 0.63, 0.2, 0.81];
const BASELINE = [0.25, 0.52, 0, 0.61, 0.7, 0.4, 0.75, 0.5, 0.22, 0.6];

/** 60 draws of a normal variable, mean .02, deviation .1. */
const DIFFERENCES = [
  0.0326, 0.0068, 0.084, 0.0305, -0.0336, 0.0562, 0.1504, 0.1147, -0.0504, -0.1065, -0.0423, 0.0241, -0.2125, -0.0019,
  -0.1046, -0.0532, -0.0344, -0.0116, 0.0612, 0.1243, 0.0071, 0.1566, -0.0465, 0.0552, 0.1103, 0.0294, -0.0543, -0.0722,
  -0.0258, 0.042, -0.081, -0.0009, 0.0041, 0.0741, 0.0415, 0.0555, -0.0454, 0.007, 0.0984, 0.1693, -0.1059, 0.1714,
  0.1546, 0.0981, 0.0464, -0.0114, 0.1658, 0.216, 0.2002, 0.1515, 0.0557, -0.1008, 0.0196, 0.0856, -0.1088, 0.0595,
  0.063, 0.0896, -0.0984, -0.0462,
];

/** 40 draws of an exponential variable. */
const SKEWED = [
  0.5994, 0.1492, 0.0341, 0.2314, 0.0889, 0.1248, 0.0756, 0.1545, 0.2993, 0.029, 0.3548, 0.864, 0.2594, 1.1093, 0.1521,
  0.3858, 0.6056, 0.2538, 0.2232, 0.1802, 0.0218, 1.3358, 0.5011, 0.1566, 0.5265, 0.3045, 0.0036, 0.4111, 0.4241,
  0.1515, 0.004, 0.8198, 0.6262, 1.1414, 0.0137, 0.867, 0.7933, 0.9556, 0.6566, 0.1038,
];

const NOTHING = DIFFERENCES.map(() => 0);

it.each([
  [0.1, 0.5, 0.5, 0.20483276469913345],
  [0.5, 2, 3, 0.6875],
  [0.999, 149.5, 0.5, 0.5847301091073526],
  [0.2, 149.5, 0.5, 1.6436931079740836e-106],
  [0.7, 21, 0.5, 0.00011900580405579465],
  [0.99, 3489.5, 0.5, 5.5345837047752224e-17],
  [1e-10, 5, 0.5, 2.4609375001025404e-51],
])('incomplete beta at %d, shapes %d and %d', (x, a, b, expected) => {
  expect(Math.abs(incompleteBeta(x, a, b) / expected - 1)).toBeLessThan(1e-10);
});

it.each([
  [0.1, 1, 0.936548965138893],
  [2, 42, 0.05199444858448413],
  [12.706204736432095, 1, 0.0499999999999913],
  [5, 299, 9.78569098969785e-7],
  [20, 999, 4.167384493042816e-75],
  [0.001, 9, 0.9992239303259733],
  [3.3, 6979, 0.0009716978208498662],
])('two-sided p of t = %d with %d degrees of freedom', (t, degrees, expected) => {
  expect(Math.abs(studentTwoSided(t, degrees) / expected - 1)).toBeLessThan(1e-10);
});

it('tests pairs as scipy.stats.ttest_rel does', () => {
  const { t, p, degrees, difference } = pairedTTest(SYSTEM, BASELINE);
  expect(t).toBeCloseTo(2.3527652960238195, 12);
  expect(p).toBeCloseTo(0.04310934470046804, 12);
  expect(degrees).toBe(9);
  expect(difference).toBeCloseTo(0.096, 12);
  expect(pairedTTest(BASELINE, SYSTEM)).toMatchObject({ p, t: -t });
});

it('knows constant differences', () => {
  expect(pairedTTest([1, 2, 3], [1, 2, 3])).toEqual({ difference: 0, t: 0, degrees: 2, p: 1 });
  expect(pairedTTest([2, 3, 4], [1, 2, 3])).toEqual({ difference: 1, t: Number.POSITIVE_INFINITY, degrees: 2, p: 0 });
});

it('refuses lists that are not pairs', () => {
  expect(() => pairedTTest([1, 2], [1])).toThrow('2 values of the system and 1 of the baseline');
  expect(() => pairedTTest([1], [1])).toThrow('at least two');
});

it('tries all signs of a few differences, as scipy.stats.permutation_test does', async () => {
  expect(await randomisationTest(SYSTEM, BASELINE)).toMatchObject({ method: 'exact', p: 0.03125, rounds: 512 });
});

it('counts the assignments by hand', async () => {
  // Differences 1, 2, 4: sums of signs reach 7 twice (+ + + and - - -) among 8.
  expect((await randomisationTest([1, 2, 4], [0, 0, 0])).p).toBe(0.25);
  expect((await randomisationTest([1, 2], [1, 2])).p).toBe(1);
});

it('samples the signs of many differences', async () => {
  const test = await randomisationTest(DIFFERENCES, NOTHING, { rounds: 50_000 });
  expect(test).toMatchObject({ method: 'sampled', rounds: 50_000 });
  // Four standard errors of a share of .0212 in 50,000.
  expect(Math.abs(test.p - 0.02121)).toBeLessThan(4 * Math.sqrt((0.0212 * 0.9788) / 50_000));
  expect(await randomisationTest(DIFFERENCES, NOTHING, { rounds: 50_000 })).toEqual(test);
  expect((await randomisationTest(DIFFERENCES, NOTHING, { rounds: 50_000, seed: 2 })).p).not.toBe(test.p);
});

it('stops when told', async () => {
  const stop = AbortSignal.abort(new Error('enough'));
  await expect(randomisationTest(DIFFERENCES, NOTHING, { signal: stop })).rejects.toThrow('enough');
});

it.each([
  ['percentile', DIFFERENCES, 0.0049332916666666735, 0.05032],
  ['bca', DIFFERENCES, 0.004902517285887774, 0.050295899002297126],
  ['percentile', SKEWED, 0.29501499999999997, 0.512240125],
  ['bca', SKEWED, 0.3022, 0.5215459455728084],
] as const)('%s intervals are those of scipy.stats.bootstrap', async (method, values, low, high) => {
  const interval = await bootstrapInterval(values, { method, rounds: 40_000 });
  // Both are random; with 40,000 resamples a bound wanders by about a hundredth of the width.
  const slack = (high - low) / 40;
  expect(Math.abs(interval.low - low)).toBeLessThan(slack);
  expect(Math.abs(interval.high - high)).toBeLessThan(slack);
});

it('gives a point for constant values', async () => {
  expect(await bootstrapInterval([0.5, 0.5, 0.5])).toEqual({ low: 0.5, high: 0.5 });
});

it('corrects for several comparisons', () => {
  const pValues = [0.01, 0.04, 0.03, 0.6];
  expect(correctPValues(pValues, 'none')).toEqual(pValues);
  expect(correctPValues(pValues, 'bonferroni')).toEqual([0.04, 0.16, 0.12, 1]);
  // Ascending .01 x 4, .03 x 3, .04 x 2 raised to the .09 before it, .6 x 1.
  expect(correctPValues(pValues, 'holm')).toEqual([0.04, 0.09, 0.09, 0.6]);
});

it.each([
  [1e-9, -5.9978070150076865],
  [0.001, -3.090232306167813],
  [0.025, -1.9599639845400545],
  [0.3, -0.5244005127080409],
  [0.9999, 3.719016485455709],
])('normal quantile at %d', (probability, expected) => {
  expect(normalQuantile(probability)).toBeCloseTo(expected, 7);
});

it.each([
  [-1.96, 0.024997895148220435],
  [-0.3, 0.3820885778110474],
  [0.5, 0.6914624612740131],
  [3, 0.9986501019683699],
  [7, 0.9999999999987201],
])('normal probability below %d', (value, expected) => {
  expect(normalProbability(value)).toBeCloseTo(expected, 11);
});
