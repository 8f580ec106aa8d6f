import { fileURLToPath } from 'node:url';
import { type Candidates, idSpace, logitScale, Ranking, type TitledText } from '@sluice/core';
import { ModelRegistry, type OpenModel, openPairModel, type PairModel } from '@sluice/inference';
import { testReranker } from '@sluice/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crossEncoder, type ScoringModel } from './cross-encoder.js';

const folder = (name: string): string =>
  fileURLToPath(new URL(`../../../inference/src/fixtures/cross-encoders/${name}`, import.meta.url));

let model: PairModel;
let labelled: PairModel;
beforeAll(async () => {
  const registry = new ModelRegistry<OpenModel>();
  model = await openPairModel({ model: folder('bert') }, registry);
  labelled = await openPairModel({ model: folder('bert-labels') }, registry);
});
afterAll(() => Promise.all([model.close(), labelled.close()]));

testReranker('crossEncoder', () => crossEncoder(model), { runs: 5, tolerance: 1e-5 });
testReranker(
  'crossEncoder by logits of one label of several, in chunks',
  () => crossEncoder(labelled, { scores: 'logit', label: 'LABEL_2', longPassages: 'max' }),
  { runs: 5, tolerance: 1e-5, manyCandidates: 500 },
);

/** Candidates of a query, in the order given. */
function candidatesOf(query: string, texts: readonly TitledText[]): Candidates {
  const space = idSpace(texts.map((_, at) => `d${at}`));
  const ranking = new Ranking({
    space: { ...space, texts: async (ordinals) => Array.from(ordinals, (ordinal) => texts[ordinal] ?? { text: '' }) },
    ordinals: Uint32Array.from(texts, (_, at) => at),
    scores: Float32Array.from(texts, (_, at) => -at),
    scale: logitScale,
  });
  return { query: { text: query }, ranking };
}

/** The model, counting what it is asked for. */
function counted(): ScoringModel & { readonly pairs: string[] } {
  const pairs: string[] = [];
  return {
    ...model,
    pairs,
    score: (source, call) => {
      for (let at = 0; at < source.length; at++) pairs.push(`${source.first(at)} | ${source.second(at)}`);
      return model.score(source, call);
    },
  };
}

it('scores what the model scores, and keeps the logits beside them', async () => {
  const texts = [{ text: 'A spring tide follows the new moon.' }, { text: 'bread' }];
  const [ranking] = await crossEncoder(model).rerank([candidatesOf('When is the tide high?', texts)]);
  const { logits } = await model.score({
    unit: 'pairs',
    length: 2,
    first: () => 'When is the tide high?',
    second: (at) => texts[at]?.text ?? '',
  });
  expect(ranking?.scale.name).toBe('relevance');
  for (const [at, ordinal] of (ranking?.ordinals ?? []).entries()) {
    const logit = logits.data[ordinal] ?? Number.NaN;
    expect(ranking?.scores[at]).toBeCloseTo(1 / (1 + Math.exp(-logit)), 5);
    expect(ranking?.sources['cross-encoder-logit']?.scores[at]).toBeCloseTo(logit, 5);
  }
  const [byLogit] = await crossEncoder(model, { scores: 'logit' }).rerank([
    candidatesOf('When is the tide high?', texts),
  ]);
  expect(byLogit?.scale).toEqual(logitScale);
  expect(byLogit?.ordinals).toEqual(ranking?.ordinals);
});

it('asks for pairs of all queries at once, and for each once', async () => {
  const model = counted();
  const lists = [
    candidatesOf('one', [{ text: 'a' }, { text: 'b' }, { text: 'a' }]),
    candidatesOf('two', [{ text: 'a' }]),
  ];
  const [first] = await crossEncoder(model).rerank(lists);
  expect(model.pairs).toEqual(['one | a', 'one | b', 'two | a']);
  const same = ['d0', 'd2'].map((id) => first?.scores[first.ids.indexOf(id)]);
  expect(same[0]).toBe(same[1]);
});

it('does not read passages without text, and ranks them last', async () => {
  const model = counted();
  const texts = [{ text: '' }, { text: ' \n' }, { text: 'bread' }, { text: '', title: 'Tides' }];
  const [ranking] = await crossEncoder(model).rerank([candidatesOf('tide', texts)]);
  expect(model.pairs).toEqual(['tide | bread', 'tide | Tides ']);
  expect(ranking?.ids.slice(2)).toEqual(['d0', 'd1']);
  expect([...(ranking?.scores ?? [])].every((score) => score >= 0 && score <= 1)).toBe(true);
});

it('reads titles unless told not to', async () => {
  const model = counted();
  const lists = [candidatesOf('tide', [{ text: 'bread', title: 'Rye' }])];
  await crossEncoder(model, { titles: 'left out' }).rerank(lists);
  await crossEncoder(model).rerank(lists);
  expect(model.pairs).toEqual(['tide | bread', 'tide | Rye bread']);
});

describe('rank', () => {
  const passages = ['The harbour master wrote tables.', 'bread', 'A neap tide follows the quarters.', 'bread'];

  it('orders passages, equal ones as given', async () => {
    const encoder = crossEncoder(model);
    const ranked = await encoder.rank('tide', passages);
    expect(ranked.map(({ index }) => index).toSorted()).toEqual([0, 1, 2, 3]);
    const scores = ranked.map(({ score }) => score);
    expect(scores).toEqual(scores.toSorted((left, right) => right - left));
    const places = ranked.map(({ index }) => index);
    expect(places.indexOf(3)).toBe(places.indexOf(1) + 1);
    expect(ranked[0]).not.toHaveProperty('document');
    const [best, ...rest] = await encoder.rank('tide', passages, { topK: 1, returnDocuments: true });
    expect(rest).toEqual([]);
    expect(best?.document).toBe(passages[best?.index ?? -1]);
    expect(best?.index).toBe(ranked[0]?.index);
    expect(await encoder.rank('tide', [])).toEqual([]);
  });
});

describe('passages that are longer than the window', () => {
  const long = 'Das Wasser steigt, der Wind dreht nach Nordwesten. '.repeat(12);

  it('are scored by their best chunk, or the mean of the best', async () => {
    const options = { scores: 'logit' } as const;
    const score = async (longPassages: 'first' | 'max' | 'mean of top', more = {}): Promise<number> =>
      (await crossEncoder(model, { ...options, longPassages, ...more }).rank('tide', [long]))[0]?.score ?? Number.NaN;
    const [first, max] = [await score('first'), await score('max')];
    const one = await score('mean of top', { topChunks: 1 });
    const all = await score('mean of top', { topChunks: 1000 });
    expect(max).toBeGreaterThanOrEqual(first - 1e-5);
    expect(one).toBeCloseTo(max, 5);
    expect(all).toBeLessThan(max);
  });

  it('score as before where they fit', async () => {
    const [whole] = await crossEncoder(model).rank('tide', ['bread']);
    const [chunked] = await crossEncoder(model, { longPassages: 'max' }).rank('tide', ['bread']);
    expect(chunked?.logit).toBeCloseTo(whole?.logit ?? Number.NaN, 5);
  });
});

it('refuses to rank none, or half a passage', async () => {
  const encoder = crossEncoder(model);
  const code = 'SLUICE_INVALID_OPTIONS';
  for (const topK of [0, -1, 1.5])
    await expect(encoder.rank('tide', ['bread'], { topK })).rejects.toMatchObject({ code });
});

it('wants to know which of several labels means relevant', () => {
  const refusal = { code: 'SLUICE_INVALID_OPTIONS', issues: [expect.objectContaining({ path: 'label' })] };
  expect(() => crossEncoder(labelled)).toThrow(expect.objectContaining(refusal));
  expect(() => crossEncoder(labelled, { label: 'nope' })).toThrow(expect.objectContaining(refusal));
  expect(() => crossEncoder(labelled, { label: 3 })).toThrow(expect.objectContaining(refusal));
  expect(crossEncoder(labelled, { label: 2 }).scale.name).toBe('relevance');
});

it('keeps the probabilities of a softmax, and their log-odds', async () => {
  const encoder = crossEncoder(labelled, { label: 1 });
  const [found] = await encoder.rank('tide', ['bread']);
  expect(found?.score).toBeCloseTo(1 / (1 + Math.exp(-(found?.logit ?? Number.NaN))), 6);
});
