import type { DocumentSpace } from './document-space.js';
import { SpaceMismatchError } from './errors/space-mismatch-error.js';
import { gatherFloats, gatherIntegers } from './gather.js';
import type { Scale } from './scale.js';

/** What one source, model or calibrator said of the candidates; aligned with the ranking's ordinals. */
export interface ScoreColumn {
  readonly scale: Scale;
  /** One a candidate, larger is better. NaN where the source has not scored it (yet); never NaN once completed. */
  readonly scores: Float32Array;
  /** Rank in the source's own list, from 1. 0 where the source did not return the candidate. */
  readonly ranks: Uint32Array;
}

/** Columns by the name of their source: `dense`, `bm25`, `probability`. */
export type ScoreColumns = Readonly<Record<string, ScoreColumn>>;

/** What a {@link Ranking} is made of. Arrays are kept, not copied: do not write to them afterwards. */
export interface RankingParts {
  readonly space: DocumentSpace;
  readonly ordinals: Uint32Array;
  readonly scores: Float32Array;
  readonly scale: Scale;
  readonly sources?: ScoreColumns;
}

/** One result, for people and for JSON; inside the engine rankings stay columns. */
export interface RankedDocument {
  readonly id: string;
  /** From 1. */
  readonly rank: number;
  readonly score: number;
  /** Scores and ranks by source; a source that did not return or score the document is absent. */
  readonly sources: Readonly<Record<string, { readonly score: number; readonly rank?: number }>>;
}

/**
 * The answer to one query: documents, best first, in columns.
 *
 * `scores` never increase along the ranking, and the order of the arrays is the truth: equal scores are in
 * the order that the stage that made them chose, and nobody sorts them again. No document appears twice.
 */
export class Ranking implements RankingParts {
  /** Whose ordinals these are. */
  readonly space: DocumentSpace;
  readonly ordinals: Uint32Array;
  readonly scores: Float32Array;
  /** What `scores` mean. */
  readonly scale: Scale;
  readonly sources: ScoreColumns;
  #ids: readonly string[] | undefined;

  constructor({ space, ordinals, scores, scale, sources = {} }: RankingParts) {
    if (ordinals.length !== scores.length) {
      throw new RangeError(`A ranking has ${ordinals.length} ordinals and ${scores.length} scores.`);
    }
    this.space = space;
    this.ordinals = ordinals;
    this.scores = scores;
    this.scale = scale;
    this.sources = sources;
  }

  /** Nothing found. */
  static empty(space: DocumentSpace, scale: Scale): Ranking {
    return new Ranking({ space, ordinals: new Uint32Array(0), scores: new Float32Array(0), scale });
  }

  get length(): number {
    return this.ordinals.length;
  }

  /** Ids in rank order; looked up once, on first use. */
  get ids(): readonly string[] {
    this.#ids ??= Array.from(this.ordinals, (ordinal) => this.space.idOf(ordinal));
    return this.#ids;
  }

  /** The first `topK`, or all of it. */
  take(topK: number): Ranking {
    if (topK >= this.length) return this;
    const cut = (column: ScoreColumn): ScoreColumn => ({
      scale: column.scale,
      scores: column.scores.subarray(0, topK),
      ranks: column.ranks.subarray(0, topK),
    });
    return new Ranking({
      space: this.space,
      ordinals: this.ordinals.subarray(0, topK),
      scores: this.scores.subarray(0, topK),
      scale: this.scale,
      sources: mapColumns(this.sources, cut),
    });
  }

  /** The candidates for which `keep` is true of their value in `column`; order and scores stay. */
  where(column: ScoreColumn, keep: (value: number, position: number) => boolean): Ranking {
    const positions = new Uint32Array(this.length);
    let kept = 0;
    for (let at = 0; at < this.length; at++) {
      if (keep(column.scores[at] ?? Number.NaN, at)) positions[kept++] = at;
    }
    return kept === this.length ? this : this.pick(positions.subarray(0, kept));
  }

  /** The candidates at `positions` (ascending), with their scores and columns. */
  pick(positions: Uint32Array): Ranking {
    return new Ranking({
      space: this.space,
      ordinals: gatherIntegers(this.ordinals, positions),
      scores: gatherFloats(this.scores, positions),
      scale: this.scale,
      sources: pickColumns(this.sources, positions),
    });
  }

  /** The same ranking with a column added or replaced. */
  withSource(name: string, column: ScoreColumn): Ranking {
    return new Ranking({ ...this.parts(), sources: { ...this.sources, [name]: column } });
  }

  /** Its final scores as a column: what the next stage keeps under this source's name. */
  asColumn(): ScoreColumn {
    const ranks = new Uint32Array(this.length);
    for (let at = 0; at < ranks.length; at++) ranks[at] = at + 1;
    return { scale: this.scale, scores: this.scores, ranks };
  }

  /** As objects, for the border. */
  toDocuments(): RankedDocument[] {
    return this.ids.map((id, at) => ({
      id,
      rank: at + 1,
      score: this.scores[at] ?? 0,
      sources: sourcesAt(this.sources, at),
    }));
  }

  private parts(): RankingParts {
    return {
      space: this.space,
      ordinals: this.ordinals,
      scores: this.scores,
      scale: this.scale,
      sources: this.sources,
    };
  }
}

/** @throws {SpaceMismatchError} the rankings are not all of one space */
export function expectOneSpace(rankings: readonly Ranking[]): void {
  const [first] = rankings;
  for (const { space } of rankings) {
    if (first && space !== first.space)
      throw new SpaceMismatchError({ expected: first.space.name, actual: space.name });
  }
}

/** The columns with their rows at `positions`, in that order. */
export function pickColumns(columns: ScoreColumns, positions: Uint32Array): ScoreColumns {
  return mapColumns(columns, ({ scale, scores, ranks }) => ({
    scale,
    scores: gatherFloats(scores, positions),
    ranks: gatherIntegers(ranks, positions),
  }));
}

function mapColumns(columns: ScoreColumns, change: (column: ScoreColumn) => ScoreColumn): ScoreColumns {
  return Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, change(column)]));
}

function sourcesAt(columns: ScoreColumns, at: number): RankedDocument['sources'] {
  const entries = Object.entries(columns).flatMap(([name, { scores, ranks }]) => {
    const score = scores[at] ?? Number.NaN;
    const rank = ranks[at] ?? 0;
    if (Number.isNaN(score)) return [];
    return [[name, rank === 0 ? { score } : { score, rank }] as const];
  });
  return Object.fromEntries(entries);
}
