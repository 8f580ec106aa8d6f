import { isSluiceError, type Json } from '@sluice/core';
import type { ImpactTermSummary } from '@sluice/retrievers';
import { openSpladeModel, type SpladeModel } from 'sluice';
import { z } from 'zod';
import { hubFrom } from '../hub-environment.js';
import type { InspectedWeights } from './inspection.js';

const settingsSchema = z.looseObject({
  splade: z.looseObject({ model: z.string().min(1), precision: z.enum(['float32', 'int8']).optional() }),
});

/**
 * Gives terms their texts, from the model that a collection names. Nothing is fetched for it.
 *
 * @param settings as the store keeps them
 * @param fingerprint of the index; another model's texts would be wrong
 */
export async function termTexts(
  settings: Json,
  fingerprint: string,
  terms: readonly ImpactTermSummary[],
): Promise<Pick<InspectedWeights, 'heaviestTerms' | 'withoutTexts'>> {
  const without = (problem: string) => ({ heaviestTerms: terms, withoutTexts: problem });
  const named = settingsSchema.safeParse(settings);
  if (!named.success) return without('the index does not name its model.');
  const { model: name, precision } = named.data.splade;
  try {
    const hub = { ...hubFrom(process.env), source: 'cache only' as const };
    const { embedder, close } = await openSpladeModel(name, { hub, ...(precision && { precision }) });
    try {
      if (embedder.fingerprint !== fingerprint) return without(`${name} is not the model that filled the index.`);
      const texts = await decoded(embedder, terms);
      return { heaviestTerms: terms.map((each, at) => (texts[at] ? { ...each, text: texts[at] } : each)) };
    } finally {
      await close();
    }
  } catch (error) {
    // An inspection tells what it can: numbers do without the model.
    if (isSluiceError(error)) return without(error.message);
    throw error;
  }
}

async function decoded(embedder: SpladeModel['embedder'], terms: readonly ImpactTermSummary[]) {
  // A row for each term: rows stay in their order.
  const rows = terms.length;
  const offsets = Uint32Array.from({ length: rows + 1 }, (_, at) => at);
  const indices = Uint32Array.from(terms, ({ term }) => term);
  const values = new Float32Array(rows).fill(1);
  const found = await embedder.decode({ rows, columns: embedder.vocabularySize, offsets, indices, values });
  return found.map((own) => own[0]?.term);
}
