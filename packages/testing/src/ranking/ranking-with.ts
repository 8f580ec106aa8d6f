import {
  bm25Scale,
  cosineScale,
  type DocumentSpace,
  dotScale,
  euclideanScale,
  fusionScale,
  idSpace,
  impactScale,
  logitScale,
  probabilityScale,
  Ranking,
  type Scale,
  type ScoreColumn,
} from '@sluice/core';

/** A ranking as a test writes it. Any further property is a score column of that name, NaN where not scored. */
export interface RankingSketch {
  /** Best first. */
  readonly ids: readonly string[];
  /**
   * Never rising.
   * @default as many as there are, down to 1
   */
  readonly scores?: readonly number[];
  /** @default the fusion scale */
  readonly scale?: Scale;
  /** @default one of exactly `ids` */
  readonly space?: DocumentSpace;
  readonly [source: string]: readonly number[] | readonly string[] | Scale | DocumentSpace | undefined;
}

/**
 * A ranking for a test, with columns by name.
 *
 * A column's scale is the known one of that name (`probability`, `cosine`), cosine for `dense`, and else unbounded;
 * its ranks are those of its own scores.
 *
 * @example rankingWith({ ids: ['a', 'b'], probability: [0.9, 0.2] })
 * @throws {RangeError} a column has another length, or `space` lacks an id
 */
export function rankingWith({ ids, scores, scale = fusionScale, space, ...columns }: RankingSketch): Ranking {
  const within = space ?? idSpace(ids, 'test');
  const sources = Object.entries(columns).map(([name, values]) => {
    const numbers = numbersOf(values);
    if (numbers.length !== ids.length) {
      throw new RangeError(`Column '${name}' has ${numbers.length} scores for ${ids.length} documents.`);
    }
    return [name, columnOf(numbers, scaleOf(name))] as const;
  });
  return new Ranking({
    space: within,
    ordinals: Uint32Array.from(ids, (id) => {
      const ordinal = within.ordinalOf(id);
      if (ordinal === undefined) throw new RangeError(`'${id}' is not in the space '${within.name}'.`);
      return ordinal;
    }),
    scores: Float32Array.from(scores ?? ids.map((_, at) => ids.length - at)),
    scale,
    sources: Object.fromEntries(sources),
  });
}

/** Scores as a column, ranked from 1 among themselves; NaN has rank 0. */
export function columnOf(scores: readonly number[], scale: Scale): ScoreColumn {
  const firstPlaces = new Map<number, number>();
  const descending = scores.filter((score) => !Number.isNaN(score)).toSorted((left, right) => right - left);
  for (const [at, score] of descending.entries()) if (!firstPlaces.has(score)) firstPlaces.set(score, at + 1);
  const ranks = scores.map((score) => firstPlaces.get(score) ?? 0);
  return { scale, scores: Float32Array.from(scores), ranks: Uint32Array.from(ranks) };
}

/** The known scale of that name; cosine for `dense`; else an unbounded one of that name. */
export function scaleOf(name: string): Scale {
  return scales.find((scale) => scale.name === name) ?? (name === 'dense' ? cosineScale : { ...fusionScale, name });
}

const scales = [
  bm25Scale,
  cosineScale,
  dotScale,
  euclideanScale,
  fusionScale,
  impactScale,
  logitScale,
  probabilityScale,
];

function numbersOf(values: RankingSketch[string]): readonly number[] {
  return Array.isArray(values) ? values.map(Number) : [];
}
