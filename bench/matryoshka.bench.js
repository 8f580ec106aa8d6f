import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { run as sluice } from '@sluice/cli';
import { collections, shared } from './collections.js';
import { describeMachine } from './machine.js';
import { printTable, rounded, writeResults } from './results.js';

/**
 * What fewer dimensions, bytes and bits cost on judged collections: leading dimensions cut, cut after a rotation fitted
 * on each collection, int8 and binary, as `sluice matryoshka` measures them.
 *
 * Options: `--model NAME-OR-FOLDER`, repeatable, instead of the shipped static model and all-MiniLM-L6-v2;
 * `--collections NAMES` with commas; `--widths COUNTS` with commas; `--tldr`; `--cache DIR` remembers a transformer's
 * vectors; `--out NAME` of the results, `matryoshka` when left out.
 */
export async function run(args) {
  const machine = describeMachine();
  const models = modelsOf(args);
  const names = namesOf(models);
  const asked = valuesOf(args, '--collections').flatMap((names) => names.split(','));
  const measured = collections.filter((name) => asked.length === 0 || asked.includes(name));
  if (measured.length === 0) {
    process.stdout.write('No judged collections: set SLUICE_SHARED to the folder that has data/beir.\n');
    return;
  }
  const passedOn = ['--cache', '--widths'].flatMap((name) => valuesOf(args, name).flatMap((value) => [name, value]));
  if (args.includes('--tldr')) passedOn.push('--tldr');
  const [out = 'matryoshka'] = valuesOf(args, '--out');
  const rows = new Map();
  const done = [];
  let table = [];
  for (const collection of measured) {
    for (const [at, model] of models.entries()) {
      const { forms } = await measure(`${shared}/data/beir/${collection}`, model, passedOn);
      for (const form of forms) addForm(rows, names[at], collection, form);
    }
    process.stderr.write(`${collection} measured\n`);
    // After each collection: a training that is interrupted leaves what it has.
    table = [...rows.values()].map((row) => summary(row));
    done.push(collection);
    await writeResults(out, { machine, measure: 'nDCG@10', split: 'test', collections: done, rows: table });
  }
  printTable(table.map(({ byCollection: _, ...row }) => row));
}

function modelsOf(args) {
  const asked = valuesOf(args, '--model');
  if (asked.length > 0) return asked;
  const minilm = `${shared}/models/all-MiniLM-L6-v2`;
  return existsSync(minilm) ? ['static', minilm] : ['static'];
}

/** Each by its last name, or as it was asked for where two have the same. */
function namesOf(models) {
  const names = models.map((model) => basename(model));
  return names.map((name, at) => (names.indexOf(name) === names.lastIndexOf(name) ? name : models[at]));
}

function valuesOf(args, name) {
  return args.flatMap((arg, at) => (arg === name && args[at + 1] !== undefined ? [args[at + 1]] : []));
}

async function measure(folder, model, options) {
  let output = '';
  let problem = '';
  const terminal = {
    out: (text) => {
      output += text;
    },
    err: (text) => {
      problem = text;
    },
    width: 120,
    colours: false,
    drawsBars: false,
  };
  const argv = ['node', 'sluice', 'matryoshka', folder, '--model', model, '--json', ...options];
  const exitCode = await sluice(argv, terminal, new AbortController().signal);
  if (exitCode !== 0) throw new Error(`${argv.slice(2).join(' ')}: ${problem}`);
  return JSON.parse(output);
}

function addForm(rows, model, collection, { name, dimensions, bytes, quality, share, queriesPerSecond }) {
  const key = `${model} ${name} ${dimensions}`;
  const row = rows.get(key) ?? { model, vectors: name, dimensions, bytes, byCollection: {} };
  row.byCollection[collection] = { quality: rounded(quality, 4), share, queriesPerSecond };
  rows.set(key, row);
}

/** Means over collections; the share is of means, and the mean of the collections' shares stands beside it. */
function summary({ byCollection, ...row }) {
  const all = Object.values(byCollection);
  const mean = (of) => all.reduce((sum, each) => sum + of(each), 0) / all.length;
  return {
    ...row,
    'nDCG@10': rounded(
      mean(({ quality }) => quality),
      4,
    ),
    'of full': rounded(
      mean(({ share }) => share),
      4,
    ),
    'queries/s': Math.round(mean(({ queriesPerSecond }) => queriesPerSecond)),
    byCollection: Object.fromEntries(
      Object.entries(byCollection).map(([name, { quality, share }]) => [name, [quality, rounded(share, 4)]]),
    ),
  };
}
