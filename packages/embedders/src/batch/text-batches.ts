/** How texts are put into batches. */
export interface BatchLimits {
  /** Texts in a batch, at least 1. */
  readonly maxTexts: number;
  /** Characters (UTF-16 units) in a batch; a longer text is a batch by itself. */
  readonly maxCharacters: number;
}

/** Texts that are encoded together, and the rows that they are of. */
export interface TextBatch {
  readonly texts: readonly string[];
  /** Row in the answer of each text. */
  readonly rows: readonly number[];
}

/**
 * Texts in batches, made one at a time. Each row of `order` is in exactly one batch.
 *
 * @param order rows in the order in which they are to be batched
 */
export function* textBatches(
  textOf: (row: number) => string,
  order: Iterable<number>,
  { maxTexts, maxCharacters }: BatchLimits,
): Generator<TextBatch> {
  let texts: string[] = [];
  let rows: number[] = [];
  let characters = 0;
  for (const row of order) {
    const text = textOf(row);
    if (rows.length > 0 && (rows.length >= maxTexts || characters + text.length > maxCharacters)) {
      yield { texts, rows };
      texts = [];
      rows = [];
      characters = 0;
    }
    texts.push(text);
    rows.push(row);
    characters += text.length;
  }
  if (rows.length > 0) yield { texts, rows };
}
