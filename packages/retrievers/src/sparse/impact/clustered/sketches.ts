import { type ForwardParts, RowReader } from './forward-rows.js';

/** The heaviest terms of every document, falling: row r is positions r · width on, filled up with impacts of 0. */
export interface Sketches {
  readonly width: number;
  readonly terms: Uint32Array;
  readonly impacts: Float32Array;
}

/** Documents by term, from sketches: those of term t are positions `offsets[t]` to before `offsets[t + 1]`, rising. */
export interface SketchLists {
  readonly offsets: Uint32Array;
  readonly rows: Uint32Array;
  readonly impacts: Float32Array;
}

const PAUSE_EVERY = 256;

/** @param most terms of a document; among equal impacts, the smaller terms */
export function* sketchRows(forward: ForwardParts, most: number): Generator<void, Sketches> {
  const reader = new RowReader(forward);
  const width = Math.min(most, reader.terms.length);
  const terms = new Uint32Array(forward.rows * width);
  const impacts = new Float32Array(forward.rows * width);
  for (let row = 0; row < forward.rows; row++) {
    reader.read(row);
    const [first, last] = [row * width, (row + 1) * width - 1];
    for (let at = 0; at < reader.length; at++) {
      const impact = reader.impacts[at] ?? 0;
      if (impact <= (impacts[last] ?? 0)) continue;
      let place = last;
      for (; place > first && (impacts[place - 1] ?? 0) < impact; place--) {
        impacts[place] = impacts[place - 1] ?? 0;
        terms[place] = terms[place - 1] ?? 0;
      }
      impacts[place] = impact;
      terms[place] = reader.terms[at] ?? 0;
    }
    if (row % PAUSE_EVERY === 0) yield;
  }
  return { width, terms, impacts };
}

/** Turns sketches by document into lists by term. */
export function* sketchLists({ width, terms, impacts }: Sketches, columns: number): Generator<void, SketchLists> {
  const offsets = new Uint32Array(columns + 1);
  for (let at = 0; at < terms.length; at++) {
    const next = (terms[at] ?? 0) + 1;
    if (impacts[at] !== 0) offsets[next] = (offsets[next] ?? 0) + 1;
    if (at % (PAUSE_EVERY * 64) === 0) yield;
  }
  for (let term = 1; term <= columns; term++) offsets[term] = (offsets[term] ?? 0) + (offsets[term - 1] ?? 0);
  const total = offsets[columns] ?? 0;
  const lists = { offsets, rows: new Uint32Array(total), impacts: new Float32Array(total) };
  const cursors = offsets.slice();
  for (let at = 0; at < terms.length; at++) {
    if (at % (PAUSE_EVERY * 64) === 0) yield;
    if (impacts[at] === 0) continue;
    const place = cursors[terms[at] ?? 0] ?? 0;
    cursors[terms[at] ?? 0] = place + 1;
    lists.rows[place] = Math.floor(at / width);
    lists.impacts[place] = impacts[at] ?? 0;
  }
  return lists;
}

/**
 * The documents of a term with the `count` largest impacts, in rising order; among equal impacts, the smaller ones. All
 * where there are no more than that.
 */
export function heaviestRows({ offsets, rows, impacts }: SketchLists, term: number, count: number): Uint32Array {
  const [first, end] = [offsets[term] ?? 0, offsets[term + 1] ?? 0];
  if (end - first <= count) return rows.slice(first, end);
  const sorted = impacts.slice(first, end).sort();
  const least = sorted[sorted.length - count] ?? 0;
  let ofLeast = 0;
  for (let at = sorted.length - count; at < sorted.length && sorted[at] === least; at++) ofLeast++;
  const kept = new Uint32Array(count);
  for (let posting = first, at = 0; posting < end; posting++) {
    const impact = impacts[posting] ?? 0;
    if (impact < least || (impact === least && ofLeast-- <= 0)) continue;
    kept[at++] = rows[posting] ?? 0;
  }
  return kept;
}
