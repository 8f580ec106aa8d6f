import { isSluiceError, type Json } from '@sluice/core';
import type { ImpactTermSummary } from '@sluice/retrievers';
import { openSpladeModel, termTexts } from 'sluice';
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
export async function namedTerms(
  settings: Json,
  fingerprint: string,
  terms: readonly ImpactTermSummary[],
): Promise<Pick<InspectedWeights, 'heaviestTerms' | 'withoutTexts'>> {
  const without = (problem: string) => ({ heaviestTerms: terms, withoutTexts: problem });
  const written = settingsSchema.safeParse(settings);
  if (!written.success) return without('the index does not name its model.');
  const { model: name, precision } = written.data.splade;
  try {
    const hub = { ...hubFrom(process.env), source: 'cache only' as const };
    const { embedder, close } = await openSpladeModel(name, { hub, ...(precision && { precision }) });
    try {
      if (embedder.fingerprint !== fingerprint) return without(`${name} is not the model that filled the index.`);
      const texts = await termTexts(
        embedder,
        terms.map(({ term }) => term),
      );
      const named = terms.map((each) => ({ each, text: texts.get(each.term) }));
      return { heaviestTerms: named.map(({ each, text }) => (text === undefined ? each : { ...each, text })) };
    } finally {
      await close();
    }
  } catch (error) {
    // An inspection tells what it can: numbers do without the model.
    if (isSluiceError(error)) return without(error.message);
    throw error;
  }
}
