import {
  type Candidates,
  type DocumentSpace,
  idSpace,
  parseRequirement,
  Ranking,
  type Requirement,
  rankByScore,
  type Scale,
  type ScoreColumn,
  seededRandom,
  shuffled,
  type TitledText,
} from '@sluice/core';
import fc from 'fast-check';
import { columnOf, scaleOf } from '../ranking/ranking-with.js';

/** How random candidate lists are made, besides their seed. */
export interface CandidateShape {
  /** Documents in the list. */
  readonly size: number;
  /** What the stage requires; the list carries it, and one column more. */
  readonly requires: readonly Requirement[];
  /** How many different scores there are; few make ties. */
  readonly levels: number;
  readonly queryDimensions: number;
  /**
   * `mixed`: short passages, every seventh with the same text, some empty, blank or only a title. `empty`: none has text.
   * `alike`: all have the same.
   * @default 'mixed'
   */
  readonly texts?: 'mixed' | 'empty' | 'alike';
}

/**
 * Candidates with everything that `requires` names, the same for the same seed.
 *
 * The space is larger than the list, has texts, and its ids are in no order. Scores and columns lie on `levels` steps
 * within their scales.
 */
export function randomCandidates(shape: CandidateShape, seed: number): Candidates {
  const random = seededRandom(seed + 1);
  const space = shuffledSpace(shape, random);
  const ordinals = shuffled(space.size, random).subarray(0, shape.size);
  const scale = scaleOf('bm25');
  const scores = Float32Array.from(ordinals, () => steps(scale, shape.levels, random));
  const requirements = shape.requires.map(parseRequirement);
  const columns = requirements.filter(({ subject }) => subject === 'column');
  const sources: Record<string, ScoreColumn> = { bystander: randomColumn('logit', shape, random) };
  for (const { source, scale: name } of columns) sources[source] = randomColumn(name ?? source, shape, random);
  const queryVectors = requirements
    .filter(({ subject }) => subject === 'query')
    .map(({ source }) => [source, unitVector(shape.queryDimensions, random)] as const);
  return {
    query: { id: `q${seed}`, text: `question ${Math.floor(random() * 10)}` },
    ranking: rankByScore({ space, ordinals, scores, scale, sources }),
    ...(queryVectors.length > 0 ? { queryVectors: Object.fromEntries(queryVectors) } : {}),
  };
}

/** 1 to 4 candidate lists of 0 to 30 documents, most with ties. */
export function candidateLists(shape: Omit<CandidateShape, 'size' | 'levels' | 'texts'>): fc.Arbitrary<Candidates[]> {
  const list = fc
    .record({ size: fc.nat(30), levels: fc.constantFrom(1, 2, 5, 1000), seed: fc.nat() })
    .map(({ size, levels, seed }) => randomCandidates({ ...shape, size, levels }, seed));
  return fc.array(list, { minLength: 1, maxLength: 4 });
}

/** The same candidates without the column or the query vector that `requirement` names. */
export function withoutRequired(candidates: Candidates, requirement: Requirement): Candidates {
  const { subject, source } = parseRequirement(requirement);
  const { query, ranking, queryVectors = {} } = candidates;
  const others = <Value>(record: Readonly<Record<string, Value>>): Record<string, Value> =>
    Object.fromEntries(Object.entries(record).filter(([name]) => name !== source));
  if (subject === 'query') return { query, ranking, queryVectors: others(queryVectors) };
  const { space, ordinals, scores, scale, sources } = ranking;
  return { ...candidates, ranking: new Ranking({ space, ordinals, scores, scale, sources: others(sources) }) };
}

/** Everything about a ranking that a stage must not change in place. */
export function snapshotOf({ ordinals, scores, sources }: Ranking): unknown {
  const columns = Object.entries(sources).map(([name, column]) => [name, [...column.scores], [...column.ranks]]);
  return { ordinals: [...ordinals], scores: [...scores], columns };
}

function shuffledSpace({ size, texts = 'mixed' }: CandidateShape, random: () => number): DocumentSpace {
  const names = Array.from(shuffled(size * 2 + 3, random), (at) => (at % 3 === 0 ? `é${at}` : `d${at}`));
  const space = idSpace(names, 'candidates');
  return { ...space, texts: async (ordinals) => Array.from(ordinals, (ordinal) => passageOf[texts](ordinal)) };
}

const passageOf: Readonly<Record<NonNullable<CandidateShape['texts']>, (ordinal: number) => TitledText>> = {
  empty: () => ({ text: '' }),
  alike: () => ({ text: 'passage about a thing' }),
  mixed(ordinal) {
    if (ordinal % 13 === 5) return { text: ordinal % 2 === 0 ? '' : ' \n\t' };
    return ordinal % 13 === 6 ? { title: 'A thing', text: '' } : { text: `passage about thing ${ordinal % 7}` };
  },
};

function randomColumn(name: string, { size, levels }: CandidateShape, random: () => number): ScoreColumn {
  const scale = scaleOf(name);
  return columnOf(
    Array.from({ length: size }, () => steps(scale, levels, random)),
    scale,
  );
}

/** One of `levels` values of the scale, whose open ends are drawn in to -10 and 10. */
function steps({ minimum, maximum }: Scale, levels: number, random: () => number): number {
  const [low, high] = [Math.max(minimum, -10), Math.min(maximum, 10)];
  return Math.fround(low + ((high - low) * Math.floor(random() * levels)) / levels);
}

function unitVector(dimensions: number, random: () => number): Float32Array {
  const values = Float32Array.from({ length: dimensions }, () => random() - 0.5);
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return values.map((value) => value / length);
}
