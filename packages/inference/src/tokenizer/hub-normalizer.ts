import { z } from 'zod';
import { CharsMap } from './chars-map.js';

const normalizerSchema = z.looseObject({ type: z.string() });
const sequenceSchema = z.looseObject({ type: z.literal('Sequence'), normalizers: z.array(normalizerSchema) });
const precompiledSchema = z.looseObject({ type: z.literal('Precompiled'), precompiled_charsmap: z.base64().min(1) });

type NormalizerConfig = z.output<typeof normalizerSchema>;

/**
 * A definition of a tokenizer whose normalizer the general tokenizer does as the reference does.
 *
 * @param casing `lowered`: before anything else, as `do_lower_case` of sentence-transformers has it
 */
export function withKnownNormalizers(definition: object, casing: 'kept' | 'lowered'): object {
  const { normalizer } = z.looseObject({ normalizer: normalizerSchema.nullish() }).parse(definition);
  const known = normalizer ? withParts(normalizer) : null;
  if (casing === 'kept' || (normalizer && lowersCase(normalizer))) return { ...definition, normalizer: known };
  return { ...definition, normalizer: sequence(known ? [lowercase, known] : [lowercase]) };
}

function withParts(config: NormalizerConfig): NormalizerConfig {
  const { data } = sequenceSchema.safeParse(config);
  if (data) return sequence(data.normalizers.map(withParts));
  return (Object.hasOwn(replaced, config.type) ? replaced[config.type] : undefined) ?? config;
}

function lowersCase(config: NormalizerConfig): boolean {
  const { data } = sequenceSchema.safeParse(config);
  return config.type === 'Lowercase' || (data?.normalizers.some(({ type }) => type === 'Lowercase') ?? false);
}

function sequence(normalizers: readonly NormalizerConfig[]): NormalizerConfig {
  return { type: 'Sequence', normalizers };
}

function replace(pattern: string, content: string): NormalizerConfig {
  return { type: 'Replace', pattern: { Regex: pattern }, content };
}

/** JavaScript writes a sigma at the end of a word in another way; the reference lowers letters one by one. */
const lowercase = sequence([replace('Σ', 'σ'), { type: 'Lowercase' }]);

/** What the general tokenizer lacks or does in another way, put together from what it has. */
const replaced: Readonly<Record<string, NormalizerConfig>> = {
  Lowercase: lowercase,
  Nmt: sequence([
    replace('[\\u0001-\\u0008\\u000b\\u000e-\\u001f\\u007f\\u008f\\u009f]', ''),
    replace('[\\t\\n\\f\\r\\u1680\\u200b-\\u200f\\u2028\\u2029\\u2581\\ufeff\\ufffd]', ' '),
  ]),
};

/** A normalizer of the general tokenizer; one that is a sequence has parts. */
export interface HubNormalizer {
  readonly config: object;
  readonly normalizers?: readonly (HubNormalizer | null)[];
  normalize(text: string): string;
}

/**
 * Makes a normalizer read its map of characters: the general tokenizer does what the most common map says, whatever
 * the map.
 *
 * @throws {RangeError} the map is broken
 */
export function readCharsMaps(normalizer: HubNormalizer | null): void {
  for (const part of normalizer?.normalizers ?? []) readCharsMaps(part);
  const { data } = precompiledSchema.safeParse(normalizer?.config);
  if (!normalizer || !data) return;
  const map = new CharsMap(Buffer.from(data.precompiled_charsmap, 'base64'));
  normalizer.normalize = (text) => map.normalize(text);
}
