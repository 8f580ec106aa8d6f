import { seededRandom } from '@sluice/core';
import { seededNormal } from '@sluice/testing';
import { describe, expect, it } from 'vitest';
import { adamW } from './adam-w.js';
import type { Layer } from './layer.js';
import { linearLayer } from './linear-layer.js';
import { parameter } from './parameter.js';
import { reluDropout } from './relu-dropout.js';
import { layerNorm, rmsNorm } from './row-norm.js';
import { sequential } from './sequential.js';

const rows = 3;
const normal = seededNormal(7);
const draw = (length: number): Float32Array => Float32Array.from({ length }, () => normal());

/** A loss with a different slope in each output: the weighted sum of the outputs. */
function loss(layer: Layer, input: Float32Array, weights: Float32Array): number {
  return layer.forward(input, rows, 'training').reduce((sum, value, at) => sum + value * (weights[at] ?? 0), 0);
}

describe.each([
  { name: 'linear', width: 5, outputs: 4, make: () => linearLayer('l', draw(20), draw(4)) },
  { name: 'layer norm', width: 6, outputs: 6, make: () => layerNorm('n', draw(6), draw(6)) },
  { name: 'relu', width: 6, outputs: 6, make: () => reluDropout(0, () => 0.5) },
  {
    name: 'sequential',
    width: 5,
    outputs: 2,
    make: () =>
      sequential([
        layerNorm('n', draw(5), draw(5)),
        linearLayer('a', draw(15), draw(3)),
        reluDropout(0, () => 0.5),
        linearLayer('b', draw(6), draw(2)),
      ]),
  },
  { name: 'root mean square norm', width: 6, outputs: 6, make: () => rmsNorm('n', draw(6), draw(6)) },
])('$name', ({ width, outputs, make }) => {
  it('has the gradients of finite differences, by input and by parameter', () => {
    const layer = make();
    const input = draw(rows * width);
    const weights = draw(rows * outputs);
    loss(layer, input, weights);
    // Again, over what the first turn left behind.
    layer.backward(weights, rows);
    for (const { gradient } of layer.parameters) gradient.fill(0);
    loss(layer, input, weights);
    const byInput = layer.backward(weights, rows).slice();
    const differences = (values: Float32Array): number[] =>
      Array.from(values, (value, at) => {
        // Float32 arithmetic: a step of 1/128 balances rounding (1e-7 / step) against curvature (step squared).
        const step = 2 ** -7;
        values[at] = value + step;
        const above = loss(layer, input, weights);
        values[at] = value - step;
        const below = loss(layer, input, weights);
        values[at] = value;
        return (above - below) / (2 * step);
      });
    for (const [at, slope] of differences(input).entries()) expect(byInput[at]).toBeCloseTo(slope, 2);
    for (const { values, gradient } of layer.parameters) {
      for (const [at, slope] of differences(values).entries()) expect(gradient[at]).toBeCloseTo(slope, 2);
    }
  });
});

describe('root mean square norm', () => {
  it('tells vectors apart that layer norm makes one', () => {
    const ones = new Float32Array(2).fill(1);
    const zeros = new Float32Array(2);
    const [up, down] = [Float32Array.of(3, 1), Float32Array.of(1, -1)];
    const read = (layer: Layer, vector: Float32Array): number[] => [...layer.forward(vector, 1, 'inference')];
    const centring = layerNorm('n', ones, zeros);
    const whole = rmsNorm('n', ones, zeros);
    for (const [at, value] of read(centring, up).entries()) expect(value).toBeCloseTo(read(centring, down)[at] ?? 0, 4);
    expect(read(whole, up)[1]).toBeGreaterThan(0);
    expect(read(whole, down)[1]).toBeLessThan(0);
  });
});

describe('dropout', () => {
  it('keeps the mean in training and everything in inference', () => {
    const layer = reluDropout(0.5, seededRandom(3));
    const ones = new Float32Array(10_000).fill(1);
    const mean = layer.forward(ones, 1, 'training').reduce((sum, value) => sum + value, 0) / ones.length;
    expect(mean).toBeCloseTo(1, 1);
    expect(layer.forward(ones, 1, 'inference')).toEqual(ones);
  });
});

describe('adamW', () => {
  it('walks to the minimum of a bowl and shrinks only what decays', () => {
    const bowl = parameter('bowl', Float32Array.of(5, -3), 'free');
    const idle = parameter('idle', Float32Array.of(1), 'decays');
    const { step } = adamW([bowl, idle], { weightDecay: 0.1 });
    for (let turn = 0; turn < 500; turn++) {
      for (const [at, value] of bowl.values.entries()) bowl.gradient[at] = 2 * (value - at);
      step(0.05);
    }
    expect(bowl.values[0]).toBeCloseTo(0, 2);
    expect(bowl.values[1]).toBeCloseTo(1, 2);
    expect(idle.values[0]).toBeCloseTo((1 - 0.05 * 0.1) ** 500, 3);
  });
});
