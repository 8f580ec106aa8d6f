import { z } from 'zod';
import { ModelFileError } from '../errors/model-file-error.js';
import { readJsonFile } from '../folder/read-json-file.js';

/** A part of a pair of texts as a model reads it, with the type of its tokens: 0, or 1 for the second text. */
export type PairPart =
  | { readonly kind: 'first' | 'second'; readonly type: number }
  | { readonly kind: 'special'; readonly ids: readonly number[]; readonly type: number };

const token = z.tuple([z.string(), z.int().nonnegative()]);
const piece = z.union([
  z.strictObject({ SpecialToken: z.looseObject({ id: z.string(), type_id: z.int().min(0) }) }),
  z.strictObject({ Sequence: z.looseObject({ id: z.enum(['A', 'B']), type_id: z.int().min(0) }) }),
]);

const templateSchema = z.looseObject({
  type: z.literal('TemplateProcessing'),
  pair: z.array(piece).max(64),
  special_tokens: z.record(z.string(), z.looseObject({ ids: z.array(z.int().nonnegative()).max(64) })),
});
const separatedSchema = z.looseObject({
  type: z.enum(['BertProcessing', 'RobertaProcessing']),
  sep: token,
  cls: token,
});
const sequenceSchema = z.looseObject({ type: z.literal('Sequence'), processors: z.array(z.unknown()).max(16) });
const definitionSchema = z.looseObject({ post_processor: z.unknown() });

/**
 * Reads from `tokenizer.json` what stands around the texts of a pair, and the types of their tokens.
 *
 * @throws {ModelFileError} the file is missing or broken, or has no template of pairs
 */
export async function readPairTemplate(file: string): Promise<readonly PairPart[]> {
  const definition = await readJsonFile({ path: file, maxBytes: 128 * 2 ** 20 }, definitionSchema);
  if (!definition) throw new ModelFileError({ file, problem: 'the file is missing' });
  const parts = partsOf(definition.post_processor);
  const texts = parts?.filter(({ kind }) => kind !== 'special').map(({ kind }) => kind);
  if (parts && texts?.join() === 'first,second') return parts;
  throw new ModelFileError({ file, problem: 'its post_processor does not say how two texts are read together' });
}

function partsOf(processor: unknown): readonly PairPart[] | undefined {
  const sequence = sequenceSchema.safeParse(processor);
  if (sequence.success) return sequence.data.processors.map(partsOf).find((parts) => parts !== undefined);
  const template = templateSchema.safeParse(processor);
  if (template.success) return templateParts(template.data);
  const separated = separatedSchema.safeParse(processor);
  return separated.success ? separatedParts(separated.data) : undefined;
}

function templateParts({ pair, special_tokens: special }: z.output<typeof templateSchema>): PairPart[] | undefined {
  const parts = pair.map((each): PairPart | undefined => {
    if ('Sequence' in each) {
      const { id, type_id: type } = each.Sequence;
      return { kind: id === 'A' ? 'first' : 'second', type };
    }
    const { id, type_id: type } = each.SpecialToken;
    const ids = Object.hasOwn(special, id) ? special[id]?.ids : undefined;
    return ids && { kind: 'special', ids, type };
  });
  const known = parts.filter((part) => part !== undefined);
  return known.length === parts.length ? known : undefined;
}

/** BERT's has one separator between the texts, RoBERTa's has two and no types. */
function separatedParts({ type, sep: [, end], cls: [, start] }: z.output<typeof separatedSchema>): PairPart[] {
  const bert = type === 'BertProcessing';
  const second = bert ? 1 : 0;
  return [
    { kind: 'special', ids: [start], type: 0 },
    { kind: 'first', type: 0 },
    { kind: 'special', ids: bert ? [end] : [end, end], type: 0 },
    { kind: 'second', type: second },
    { kind: 'special', ids: [end], type: second },
  ];
}
