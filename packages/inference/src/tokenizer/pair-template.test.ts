import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPairTemplate } from './pair-template.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-template-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(postProcessor: unknown): ReturnType<typeof readPairTemplate> {
  const file = join(folder, 'tokenizer.json');
  await writeFile(file, JSON.stringify({ post_processor: postProcessor }));
  return readPairTemplate(file);
}

const [cls, sep]: [[string, number], [string, number]] = [
  ['[CLS]', 2],
  ['[SEP]', 3],
];

it('knows the separators of BERT and of RoBERTa', async () => {
  expect(await read({ type: 'BertProcessing', cls, sep })).toEqual([
    { kind: 'special', ids: [2], type: 0 },
    { kind: 'first', type: 0 },
    { kind: 'special', ids: [3], type: 0 },
    { kind: 'second', type: 1 },
    { kind: 'special', ids: [3], type: 1 },
  ]);
  const roberta = await read({ type: 'RobertaProcessing', cls, sep, trim_offsets: true });
  expect(roberta[2]).toEqual({ kind: 'special', ids: [3, 3], type: 0 });
  expect(roberta.map(({ type }) => type)).toEqual([0, 0, 0, 0, 0]);
});

it('finds the template behind a step that adds nothing', async () => {
  const steps = { type: 'Sequence', processors: [{ type: 'ByteLevel' }, { type: 'BertProcessing', cls, sep }] };
  expect(await read(steps)).toHaveLength(5);
});

describe('refuses', () => {
  it.each([
    ['no template', null],
    [
      'one of single texts',
      { type: 'TemplateProcessing', pair: [{ Sequence: { id: 'A', type_id: 0 } }], special_tokens: {} },
    ],
    [
      'one whose token has no id',
      {
        type: 'TemplateProcessing',
        pair: [
          { SpecialToken: { id: '__proto__', type_id: 0 } },
          { Sequence: { id: 'A', type_id: 0 } },
          { Sequence: { id: 'B', type_id: 0 } },
        ],
        special_tokens: {},
      },
    ],
    [
      'the second text before the first',
      {
        type: 'TemplateProcessing',
        pair: [{ Sequence: { id: 'B', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
        special_tokens: {},
      },
    ],
  ])('%s', async (_, postProcessor) => {
    await expect(read(postProcessor)).rejects.toMatchObject({ code: 'SLUICE_MODEL_FILE' });
  });
});
