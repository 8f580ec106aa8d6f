import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Query } from '../query.js';
import { rankByScore } from '../rank-by-score.js';
import type { Ranking } from '../ranking.js';
import type { Retriever } from '../retriever.js';
import { logitScale } from '../scale.js';
import { fuse } from './fuse.js';
import { pipeline } from './pipeline.js';
import { relevance } from './relevance.js';
import { rerank } from './rerank.js';
import { retrieveAll } from './retrieve-all.js';
import type { Stage } from './stage.js';
import {
  columnFloor,
  depthSensitiveFusion,
  documents,
  tableReranker,
  tableRetriever,
  tableScore,
  wholeList,
} from './table-components.fixture.js';
import { take } from './take.js';

/** A pipeline as a tree: from it come both the pipeline under test and what it means. */
type Model =
  | { readonly leaf: string }
  | { readonly fused: readonly Model[]; readonly depth: number | undefined }
  | { readonly chain: Model; readonly stages: readonly StageModel[] };
type StageModel =
  | { readonly take: number }
  | { readonly rerank: number; readonly topK: number }
  | { readonly floor: number; readonly column: string; readonly depth: number };

const leaves = ['a', 'b', 'c'];
const depth = fc.integer({ min: 1, max: 30 });
const anyStage = (columns: readonly string[]): fc.Arbitrary<StageModel> =>
  fc.oneof(
    fc.record({ take: depth }),
    fc.record({ rerank: depth, topK: depth }),
    fc.record({ floor: fc.constantFrom(0, 0.5, 1), column: fc.constantFrom(...columns), depth }),
  );
const chainOf = (source: Model, columns: readonly string[]): fc.Arbitrary<Model> =>
  fc.array(anyStage(columns), { maxLength: 4 }).map((stages) => ({ chain: source, stages }));
const anyBranch = (leaf: string): fc.Arbitrary<Model> =>
  fc.oneof(fc.constant<Model>({ leaf }), chainOf({ leaf }, [leaf]));
const anyModel: fc.Arbitrary<Model> = fc
  .subarray(leaves, { minLength: 1 })
  .chain((names) =>
    fc.tuple(fc.constant(names), fc.tuple(...names.map(anyBranch)), fc.option(depth, { nil: undefined })),
  )
  .chain(([names, branches, at]) => chainOf({ fused: branches, depth: at }, names));

/** Components shared by all pipelines of one example, as in an experiment. */
class Build {
  readonly sources = new Map<string, ReturnType<typeof tableRetriever>>(
    leaves.map((name) => [name, tableRetriever(name)]),
  );
  readonly reranker = tableReranker();
  readonly fusion = depthSensitiveFusion();

  retriever(model: Model, name: string): Retriever {
    if ('leaf' in model) return this.sources.get(model.leaf) ?? tableRetriever(model.leaf);
    if ('chain' in model) {
      return pipeline(this.retriever(model.chain, `${name}.0`), ...model.stages.map((each) => this.stage(each))).named(
        name,
      );
    }
    const sources = model.fused.map((each, at) => this.retriever(each, `${name}.${at}`));
    return fuse(sources, this.fusion, { name, ...(model.depth === undefined ? {} : { depth: model.depth }) });
  }

  stage(model: StageModel): Stage {
    if ('take' in model) return take(model.take);
    if ('rerank' in model) return rerank(this.reranker, { depth: model.rerank, topK: model.topK });
    return relevance(columnFloor(model.column, model.floor), { depth: model.depth });
  }
}

/** What a model means, query by query: sources give everything, and cuts are made where they stand. */
function meaning(model: Model, query: Query, topK: number): Ranking {
  if ('leaf' in model) return wholeList(model.leaf, query).take(topK);
  if ('fused' in model) {
    const fusion = depthSensitiveFusion();
    const rankings = model.fused.map((each, at) => ({
      source: String(at),
      ranking: meaning(each, query, model.depth ?? fusion.depth(topK)),
    }));
    return fusion.fuse(rankings, topK);
  }
  const last = model.stages.at(-1);
  if (!last) return meaning(model.chain, query, topK);
  const before: Model = { chain: model.chain, stages: model.stages.slice(0, -1) };
  if ('take' in last) return meaning(before, query, Math.min(topK, last.take));
  if ('rerank' in last) return rescored(meaning(before, query, last.rerank), query).take(Math.min(topK, last.topK));
  const candidates = meaning(before, query, last.depth);
  const kept = [...candidates.ordinals.keys()].filter(
    (at) => (tableScore(last.column, query.text, candidates.ordinals[at] ?? -1) ?? 0) >= last.floor,
  );
  return candidates.pick(Uint32Array.from(kept)).take(topK);
}

function rescored({ ordinals }: Ranking, { text }: Query): Ranking {
  const scores = Float32Array.from(ordinals, (each) => tableScore('cross', text, each) ?? -1);
  return rankByScore({ space: documents, ordinals, scores, scale: logitScale });
}

const facts = (ranking: Ranking) => ({ ids: ranking.ids, scores: [...ranking.scores] });
const anyQueries = fc.array(fc.record({ text: fc.constantFrom('x', 'y', 'long') }), { maxLength: 3 });

it('answers what the pipeline means, compiled or not, for any query and topK', async () => {
  await fc.assert(
    fc.asyncProperty(anyModel, anyQueries, fc.integer({ min: 1, max: 40 }), async (model, queries, topK) => {
      const chain = pipeline(new Build().retriever(model, 'p'));
      const expected = queries.map((query) => facts(meaning(model, query, topK)));
      expect((await chain.retrieve(queries, { topK })).map(facts)).toEqual(expected);
      expect((await chain.compile({ topK }).retrieve(queries, { topK })).map(facts)).toEqual(expected);
    }),
    { numRuns: 400 },
  );
});

it('keeps its word about nested cut-offs', async () => {
  await fc.assert(
    fc.asyncProperty(anyModel, fc.tuple(depth, depth), async (model, depths) => {
      const chain = pipeline(new Build().retriever(model, 'p'));
      fc.pre(chain.cutoffs === 'nested');
      const [short, long] = [Math.min(...depths), Math.max(...depths)];
      const queries = [{ text: 'x' }];
      const cut = (await chain.retrieve(queries, { topK: long })).map((ranking) => facts(ranking.take(short)));
      expect((await chain.retrieve(queries, { topK: short })).map(facts)).toEqual(cut);
    }),
  );
});

it('answers the same alone and together with others that share its parts', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyModel, { minLength: 1, maxLength: 3 }),
      anyQueries,
      fc.integer({ min: 1, max: 40 }),
      async (models, queries, topK) => {
        const build = new Build();
        const whole = models.map((model, at) => build.retriever(model, `p${at}`));
        const shorter = whole.map((chain) => pipeline(chain, take(3)));
        const together = await retrieveAll([...whole, ...shorter], queries, { topK });
        for (const [at, model] of [...models, ...models].entries()) {
          const depth = at < models.length ? topK : Math.min(topK, 3);
          expect(together[at]?.map(facts)).toEqual(queries.map((query) => facts(meaning(model, query, depth))));
        }
      },
    ),
    { numRuns: 200 },
  );
});
