import { type CallOptions, type Embedder, InvalidOptionsError } from '@sluice/core';
import { openBeir, type TestCollection } from '@sluice/evaluation';
import { type Command, Option } from 'commander';
import { commaList, precisionOption, wholeNumber } from '../arguments.js';
import { type CommandContext, printJson, withProgress } from '../command-context.js';
import { encodedCollection } from '../matryoshka/encoded-collection.js';
import { MEASURE, type MeasuredForm, measureForm } from '../matryoshka/measure-form.js';
import { vectorForms } from '../matryoshka/vector-forms.js';
import { withModel } from '../memory-collection.js';
import { printTable } from '../terminal/table.js';

interface MatryoshkaOptions {
  readonly split: string;
  readonly model: string;
  readonly precision?: 'float32' | 'int8';
  readonly cache?: string;
  readonly widths?: readonly number[];
  readonly sample: number;
  readonly seed: number;
  readonly tldr?: boolean;
  readonly json?: boolean;
}

/** A row of the table. */
interface Row extends MeasuredForm {
  /** Of the quality of full vectors; absent where that is 0. */
  readonly share?: number;
}

/** `sluice matryoshka FOLDER`. */
export function registerMatryoshka(program: Command, context: CommandContext): void {
  program
    .command('matryoshka')
    .description('measure what fewer dimensions, bytes and bits cost a model on judged queries')
    .argument('<folder>', 'with corpus.jsonl, queries.jsonl and qrels/')
    .option('--split <name>', 'judgements to use', 'test')
    .option('-m, --model <name>', "a model that ships, or a model's folder", 'static')
    .addOption(precisionOption())
    .option('--cache <dir>', 'folder that remembers the vectors of a transformer')
    .addOption(widthsOption())
    .option('--sample <count>', 'documents that the rotation is fitted on at most', wholeNumber('sample'), 10_000)
    .option('--seed <number>', 'decides which', wholeNumber('seed'), 1)
    .option('--tldr', 'train a map for each width as well: minutes')
    .option('--json', 'print JSON')
    .action((folder: string, options: MatryoshkaOptions) => matryoshka(context, folder, options));
}

function widthsOption(): Option {
  return new Option('--widths <counts>', 'with commas; powers of two from 64 up when left out').argParser((text) =>
    commaList(text).map(wholeNumber('widths')),
  );
}

async function matryoshka(context: CommandContext, folder: string, options: MatryoshkaOptions): Promise<void> {
  const { signal } = context;
  const data = await openBeir(folder);
  const rows = await withProgress(context, (onProgress) =>
    withModel(
      options,
      async (model) => {
        if (!model) throw refused('model', "'none' has no vectors");
        return measureAll(data, model.embedder, { ...options, signal, onProgress });
      },
      { signal, onProgress },
    ),
  );
  if (options.json) printJson(context, { collection: data.name, model: options.model, measure: MEASURE, forms: rows });
  else print(context, rows);
}

type MeasureOptions = MatryoshkaOptions & Required<Pick<CallOptions, 'signal' | 'onProgress'>>;

async function measureAll(data: TestCollection, embedder: Embedder, options: MeasureOptions): Promise<Row[]> {
  const { split, signal, onProgress } = options;
  const widths = widthsFor(embedder.dimensions, options.widths);
  const collection = await encodedCollection(data, split, embedder, { signal, onProgress });
  const forms = vectorForms(collection, { ...options, widths, tldr: options.tldr ? 'trained' : 'left-out' });
  const measured: MeasuredForm[] = [];
  for (const make of forms) {
    onProgress({ phase: 'measuring', done: measured.length, total: forms.length, unit: 'forms' });
    measured.push(await measureForm(await make(signal), collection, { signal }));
  }
  return withShares(measured);
}

/** Widths below the model's own, largest first. */
function widthsFor(dimensions: number, asked: readonly number[] | undefined): number[] {
  const powers = [64, 128, 256, 512, 1024, 2048].filter((width) => width < dimensions);
  const tooWide = asked?.find((width) => width >= dimensions);
  if (tooWide !== undefined) throw refused('widths', `${tooWide} is not below the model's ${dimensions}`);
  return [...(asked ?? powers)].sort((left, right) => right - left);
}

function withShares(measured: readonly MeasuredForm[]): Row[] {
  const full = measured[0]?.quality ?? 0;
  return measured.map((form) => (full > 0 ? { ...form, share: form.quality / full } : form));
}

function print({ terminal }: CommandContext, rows: readonly Row[]): void {
  printTable(
    terminal,
    ['vectors', 'dimensions', 'bytes', MEASURE, '95 % interval', 'of full', 'queries/s'],
    rows.map(({ name, dimensions, bytes, quality, interval, share, queriesPerSecond }) => [
      name,
      `${dimensions}`,
      `${bytes}`,
      quality.toFixed(4),
      interval ? `${interval.low.toFixed(4)} to ${interval.high.toFixed(4)}` : '',
      share === undefined ? '' : share.toFixed(3),
      queriesPerSecond.toFixed(0),
    ]),
  );
}

function refused(path: string, message: string): InvalidOptionsError {
  return new InvalidOptionsError({ owner: 'matryoshka', issues: [{ path, message }] });
}
