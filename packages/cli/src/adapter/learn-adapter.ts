import { createHash } from 'node:crypto';
import { type CallOptions, InvalidInputError, paced, seededRandom, shuffled } from '@sluice/core';
import { type PooledScores, pooledScoresAreaSteps } from '@sluice/evaluation';
import {
  adapterData,
  adapterScores,
  type CosineAdapterModel,
  checkpointToJson,
  chooseThreshold,
  cutoffMethods,
  type JudgedList,
  type KeepScores,
  loadCheckpoint,
  type MapFamily,
  pooledScores,
  trainCosineAdapter,
} from '@sluice/rerankers';
import { z } from 'zod';

/** How an adapter is learnt. */
export interface AdapterSettings {
  readonly family: MapFamily;
  readonly hidden: number;
  readonly epochs: number;
  readonly seed: number;
  readonly targetRecall: number;
}

/** Where an interrupted run goes on, and where it leaves its state. */
export interface AdapterRun extends Pick<CallOptions, 'signal' | 'onProgress'> {
  /** What `save` was given last, if anything; from outside. */
  readonly saved: unknown;
  readonly save: (state: object) => Promise<void>;
}

/** What an adapter does to queries that neither taught it nor chose its threshold. */
export interface AdapterReport {
  readonly queries: { readonly train: number; readonly threshold: number; readonly test: number };
  readonly epochs: { readonly made: number; readonly best: number };
  readonly threshold: number;
  /** Pooled, on the test queries. */
  readonly prAuc: {
    readonly raw: number;
    readonly zScore: number;
    readonly shipped: number;
    readonly adapted: number;
  };
  /** Of the relevant test candidates, those that the threshold keeps. */
  readonly recall: number;
  readonly precision: number;
  /** Of the test queries, those that keep nothing. */
  readonly empty: number;
}

/** Of the queries, the shares that choose the threshold and that judge; the rest teaches. */
const [THRESHOLD_SHARE, TEST_SHARE] = [0.2, 0.2];

const savedSchema = z.looseObject({ of: z.string(), checkpoint: z.unknown() });

/**
 * Trains a Cosine Adapter on three fifths of the queries, chooses its threshold on one fifth and measures it on the last.
 *
 * @throws {InvalidInputError} there are fewer than ten queries with candidates, or a part has no relevant candidate
 */
export async function learnAdapter(
  lists: readonly JudgedList[],
  { family, hidden, epochs, seed, targetRecall }: AdapterSettings,
  { saved, save, ...call }: AdapterRun,
): Promise<{ readonly model: CosineAdapterModel; readonly report: AdapterReport }> {
  const { train, threshold: choosing, test } = parts(lists, seed);
  const data = adapterData(train);
  const of = fingerprint(data.cosines, data.labels, { family, hidden, epochs, seed });
  const earlier = savedSchema.safeParse(saved);
  const resume = earlier.success && earlier.data.of === of ? loadCheckpoint(earlier.data.checkpoint) : undefined;
  const trained = await trainCosineAdapter(data, {
    ...{ family, hidden, epochs, seed, resume, ...call },
    onCheckpoint: (checkpoint) => save({ of, checkpoint: checkpointToJson(checkpoint) }),
  });
  const keep: KeepScores = (list) => adapterScores(trained.model, adapterData([list]));
  const chosen = await pooledScores(choosing, keep, call);
  const { threshold } = await chooseThreshold(chosen.scores, chosen.labels, { targetRecall }, call);
  const report = await measured(test, keep, threshold, call);
  return {
    model: { ...trained.model, threshold },
    report: {
      queries: { train: train.length, threshold: choosing.length, test: test.length },
      epochs: trained.epochs,
      threshold,
      ...report,
    },
  };
}

async function measured(
  test: readonly JudgedList[],
  keep: KeepScores,
  threshold: number,
  call: Pick<CallOptions, 'signal'>,
): Promise<Pick<AdapterReport, 'prAuc' | 'recall' | 'precision' | 'empty'>> {
  const untrained = new Map(cutoffMethods(test).map((method) => [method.name, method]));
  const areaOf = async (name: string): Promise<number> => {
    const scores = await untrained.get(name)?.fit([], {});
    return scores ? area(await pooledScores(test, scores, call), call) : Number.NaN;
  };
  const adapted = await pooledScores(test, keep, call);
  const { results, hits, relevant, empty } = countKept(adapted, threshold);
  return {
    prAuc: {
      raw: await areaOf('score'),
      zScore: await areaOf('z-score'),
      shipped: await areaOf('list adapter, shipped'),
      adapted: await area(adapted, call),
    },
    recall: hits / relevant,
    precision: results === 0 ? 0 : hits / results,
    empty: empty / test.length,
  };
}

function parts(lists: readonly JudgedList[], seed: number) {
  const used = lists.filter(({ labels }) => labels.length > 0);
  const order = Array.from(shuffled(used.length, seededRandom(seed)));
  // Those with a relevant candidate are dealt first, so that each part has its share.
  const useful = (at: number): boolean => used[at]?.labels.includes(1) === true;
  const dealt = [...order.filter(useful), ...order.filter((at) => !useful(at))];
  const shares = { train: [] as JudgedList[], threshold: [] as JudgedList[], test: [] as JudgedList[] };
  for (const [place, at] of dealt.entries()) {
    const list = used[at];
    const of = (place % 10) / 10;
    const part = of < TEST_SHARE ? 'test' : of < TEST_SHARE + THRESHOLD_SHARE ? 'threshold' : 'train';
    if (list) shares[part].push(list);
  }
  if (Object.values(shares).every((part) => part.some(({ labels }) => labels.includes(1))) && used.length >= 10)
    return shares;
  const problem = `${order.filter(useful).length} of ${used.length} queries have a relevant candidate`;
  const advice = 'Give more judged queries: hundreds at least, and thousands to gain much.';
  throw new InvalidInputError({ source: 'judgements' }, problem, advice);
}

/** Candidates that stay, the relevant ones among them, all that are relevant, and lists of which none stays. */
function countKept({ scores, labels, offsets }: PooledScores, threshold: number) {
  let [results, hits, relevant, empty] = [0, 0, 0, 0];
  for (let list = 0; list + 1 < offsets.length; list++) {
    const before = results;
    for (let at = offsets[list] ?? 0; at < (offsets[list + 1] ?? 0); at++) {
      relevant += labels[at] ?? 0;
      if ((scores[at] ?? 0) < threshold) continue;
      results++;
      hits += labels[at] ?? 0;
    }
    if (results === before) empty++;
  }
  return { results, hits, relevant, empty };
}

function area({ scores, labels }: PooledScores, { signal }: Pick<CallOptions, 'signal'>): Promise<number> {
  return paced(pooledScoresAreaSteps(scores, labels), signal);
}

/** A checkpoint goes on only with what it began with. */
function fingerprint(cosines: Float32Array, labels: Uint8Array, settings: object): string {
  const hash = createHash('sha256').update(JSON.stringify(settings));
  return hash.update(new Uint8Array(cosines.buffer)).update(labels).digest('hex');
}
