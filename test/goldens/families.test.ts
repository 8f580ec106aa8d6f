import { readFileSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Matrix } from '@sluice/core';
import { type TransformerEmbedder, transformerEmbedder } from '@sluice/embedders';
import { loadTokenizer, readModelFolder, TokenCollector } from '@sluice/inference';
import { describe, expect, it } from 'vitest';

// What sentence-transformers says; see training/fixtures/families.py.
interface Expected {
  readonly ids: readonly (readonly number[])[];
  readonly queries: Rows;
  readonly documents: Rows;
  readonly default?: Rows;
  readonly prompt?: string;
  readonly poolings?: Readonly<Record<string, { readonly texts: Rows; readonly 'without prompt': Rows }>>;
}

type Rows = readonly (readonly number[])[];

const families = fileURLToPath(new URL('../../packages/inference/src/fixtures/families/', import.meta.url));
const texts: readonly string[] = JSON.parse(readFileSync(join(families, 'texts.json'), 'utf8'));
const names = ['bert', 'distilbert', 'roberta', 'xlm-roberta', 'mpnet', 'modernbert', 'qwen3', 'e5', 'bge'];

function expectedOf(name: string): Expected {
  return JSON.parse(readFileSync(join(families, name, 'expected.json'), 'utf8'));
}

describe.each(names)('%s as sentence-transformers has it', (name) => {
  const model = join(families, name);
  const expected = expectedOf(name);

  it.each(texts.map((text, at) => ({ text, at })))('gives the ids of text $at', async ({ text, at }) => {
    const tokenizer = await loadTokenizer(await readModelFolder(model, 'float32'));
    const collector = new TokenCollector(1);
    tokenizer.encode(text, collector);
    expect([...collector.finish().ids]).toEqual(expected.ids[at]);
  });

  it('gives queries and documents to 1e-5', async () => {
    await withEmbedder({ model, maxBatchTokens: 256 }, async (embedder) => {
      expect(farthest(await embedder.encodeQueries(texts), expected.queries, embedder)).toBeLessThan(1e-5);
      expect(farthest(await embedder.encodeDocuments(texts), expected.documents, embedder)).toBeLessThan(1e-5);
    });
  });
});

it('gives what the default prompt says, where it is asked for', async () => {
  const model = join(families, 'e5');
  const { prompts, defaultPrompt } = await readModelFolder(model, 'float32');
  expect(defaultPrompt).toBe('passage');
  await withEmbedder({ model, queryPrompt: prompts[defaultPrompt ?? ''] ?? '' }, async (embedder) => {
    const rows = expectedOf('e5').default ?? [];
    expect(rows).toHaveLength(texts.length);
    expect(farthest(await embedder.encodeQueries(texts), rows, embedder)).toBeLessThan(1e-5);
  });
});

const sides = [
  { name: 'bert', side: 'right' },
  { name: 'qwen3', side: 'left' },
];

describe.each(sides)('padded on the $side, pooled by', ({ name }) => {
  const { poolings = {}, prompt = '' } = expectedOf(name);
  const withoutModules = [
    { idx: 0, name: '0', path: '', type: 'sentence_transformers.models.Transformer' },
    { idx: 1, name: '1', path: '1_Pooling', type: 'sentence_transformers.models.Pooling' },
  ];

  it.each(Object.entries(poolings))('%s, with the prompt and without its tokens', async (mode, rows) => {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-pooling-'));
    try {
      await cp(join(families, name), folder, { recursive: true });
      await writeFile(join(folder, 'modules.json'), JSON.stringify(withoutModules));
      await writeJson(join(folder, 'config_sentence_transformers.json'), (old) => ({
        ...old,
        similarity_fn_name: 'dot',
      }));
      for (const [includePrompt, part] of [
        [true, rows.texts],
        [false, rows['without prompt']],
      ] as const) {
        await writeJson(join(folder, '1_Pooling/config.json'), () => ({
          embedding_dimension: 24,
          pooling_mode: mode,
          include_prompt: includePrompt,
        }));
        const documentPrompt = includePrompt ? '' : prompt;
        await withEmbedder({ model: folder, documentPrompt }, async (embedder) => {
          const found = await embedder.encodeDocuments(texts.slice(0, part.length));
          expect(farthest(found, part, embedder)).toBeLessThan(1e-5 * largest(part));
        });
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

async function writeJson(file: string, change: (old: object) => object): Promise<void> {
  await writeFile(file, JSON.stringify(change(JSON.parse(await readFile(file, 'utf8')))));
}

async function withEmbedder(
  options: Parameters<typeof transformerEmbedder>[0],
  use: (embedder: TransformerEmbedder) => Promise<void>,
): Promise<void> {
  const embedder = await transformerEmbedder(options);
  try {
    await use(embedder);
  } finally {
    await embedder.close();
  }
}

/** The largest difference of two numbers. Our rows have length 1 where similarity is the cosine. */
function farthest({ data, rows, columns }: Matrix, expected: Rows, { similarity }: TransformerEmbedder): number {
  expect({ rows, columns }).toEqual({ rows: expected.length, columns: expected[0]?.length });
  let most = 0;
  expected.forEach((row, at) => {
    const length = similarity === 'cosine' ? Math.hypot(...row) : 1;
    row.forEach((value, column) => {
      most = Math.max(most, Math.abs(value / length - (data[at * columns + column] ?? Number.NaN)));
    });
  });
  return most;
}

/** Sums over tokens grow with them: the tolerance is relative to the largest number, at least 1. */
function largest(rows: Rows): number {
  return Math.max(1, ...rows.flat().map(Math.abs));
}
