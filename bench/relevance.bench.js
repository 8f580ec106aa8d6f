import { logitScale } from '@sluice/core';
import { brierSkill, expectedCalibrationError, poolLists } from '@sluice/evaluation';
import {
  candidateLogits,
  compareCalibrators,
  compareCutoffs,
  cutoffMethods,
  fitListAdapter,
  fitPlatt,
  fixedListAdapter,
  pretrainedListAdapter,
  validatedMethod,
} from '@sluice/rerankers';
import { collections } from './collections.js';
import { describeMachine } from './machine.js';
import { candidateLists, judgedSource } from './relevance/candidate-lists.js';
import { printTable, rounded, writeResults } from './results.js';

/** Results of a query whose probabilities are measured: among many candidates of which few are relevant all look good. */
const TOP = 10;

/** Fewer queries say little about calibration, and nothing that should be averaged. */
const FEW = 100;

/**
 * Every relevance filter on judged collections: pooled PR AUC over each query's first 100 by cosine, with 95 % bootstrap
 * intervals over queries; what a threshold for 95 % recall did; AUROC of "nothing relevant". By five folds of queries
 * (XQuAD: of passages), a filter learns on three, its threshold is chosen on one, and the last is measured. `across` is
 * fitted on all other collections, `shipped` on training pools, `validated` is whatever was best on a part of the
 * learning queries. Below, the calibration of the first ten: by labels of the collection, and by those of the others.
 *
 * Options: `--model NAME` (default static; a folder too), `--cache DIR`, `--only NAME,NAME`, `--no-cosine-adapter`.
 */
export async function run(args) {
  const option = (name, otherwise) => (args.includes(name) ? args[args.indexOf(name) + 1] : otherwise);
  const model = option('--model', 'static');
  const label = model.replace(/^.*[/\\]/, '');
  const only = option('--only')?.split(',');
  const machine = describeMachine();
  const data = new Map();
  for (const name of collections.filter((each) => only === undefined || only.includes(each))) {
    const lists = await candidateLists(await judgedSource(name), model, option('--cache'));
    data.set(
      name,
      lists.filter(({ labels }) => labels.length > 0).map((list) => ({ ...list, group: groupOf(name, list) })),
    );
    process.stderr.write(`${name}: ${data.get(name).length} lists\n`);
  }
  const tables = [];
  for (const [name, lists] of data) {
    const others = [...data].filter(([other]) => other !== name).flatMap(([, each]) => each);
    const results = await compareCutoffs(lists, { methods: await methodsFor(lists, others, args) });
    tables.push({ collection: name, queries: lists.length, rows: results.map(rowOf) });
    process.stdout.write(`\n${name}, ${lists.length} queries, ${label}\n`);
    printTable(tables.at(-1).rows);
  }
  const summary = summaryOf(tables);
  process.stdout.write('\nPR AUC as a multiple of raw cosine\n');
  printTable(summary);
  const calibration = [];
  for (const [name, lists] of data) calibration.push(await calibrationOf(name, lists, data));
  process.stdout.write('\nCalibration of the first ten\n');
  printTable(calibration);
  await writeResults(model === 'static' ? 'relevance' : `relevance-${label}`, {
    machine,
    model: label,
    tables,
    summary,
    calibration,
  });
}

/** XQuAD asks several questions about one passage. */
function groupOf(name, { id, ids, labels }) {
  const relevant = ids[labels.indexOf(1)];
  return name.startsWith('xquad') && relevant !== undefined ? relevant : id;
}

async function methodsFor(lists, others, args) {
  const all = cutoffMethods(lists).filter(
    ({ name }) => name !== 'cosine adapter' || !args.includes('--no-cosine-adapter'),
  );
  const choices = ['list adapter, shipped', 'list adapter', 'z-score', 'score', 'share of top'];
  const quick = choices.flatMap((wanted) => all.find(({ name }) => name === wanted) ?? []);
  const across = others.length === 0 ? [] : [fixedListAdapter('list adapter, across', await fitListAdapter(others))];
  return [...all, ...across, validatedMethod('validated', quick)];
}

function rowOf({ method, prAuc, interval, precision, recall, dropped, empty, mrr, answerable }) {
  return {
    filter: method,
    'PR AUC': rounded(prAuc),
    low: rounded(interval.low),
    high: rounded(interval.high),
    'P@R95': rounded(precision),
    recall: rounded(recall),
    'Filter%': rounded(100 * dropped),
    'Null%': rounded(100 * empty),
    'RR@10': rounded(mrr),
    'nothing AUROC': rounded(answerable),
  };
}

/** A row a collection with each filter's PR AUC over that of raw cosine, and their mean without DL19. */
function summaryOf(tables) {
  const rows = tables.map(({ collection, queries, rows }) => {
    const raw = rows.find(({ filter }) => filter === 'score')['PR AUC'];
    const ratios = rows.slice(1).map((row) => [row.filter, rounded(row['PR AUC'] / raw)]);
    const best = rows.reduce((top, row) => (row['PR AUC'] > top['PR AUC'] ? row : top));
    return { collection, queries, raw, ...Object.fromEntries(ratios), best: best.filter };
  });
  const counted = rows.filter(({ collection }) => collection !== 'msmarco-dl19-pool');
  const mean = { collection: 'mean without DL19', queries: counted.reduce((sum, { queries }) => sum + queries, 0) };
  for (const [column, value] of Object.entries(rows[0] ?? {}).slice(2)) {
    const all = counted.map((row) => row[column]);
    mean[column] = typeof value === 'number' ? rounded(all.reduce((sum, each) => sum + each, 0) / all.length) : '';
  }
  return [...rows, mean];
}

async function calibrationOf(name, lists, data) {
  const top = topLists(lists);
  // Not the best of the results: that would be chosen by the queries that it is measured on.
  const { chosen, best } = await compareCalibrators(top, { scale: logitScale });
  const others = [...data].filter(([other]) => other !== name).flatMap(([, each]) => topLists(each));
  const across = others.length === 0 ? { ece: Number.NaN, skill: Number.NaN } : await acrossOf(others, top);
  return {
    collection: name,
    queries: lists.length,
    counts: lists.length >= FEW ? 'yes' : 'too few queries',
    calibrator: best.kind,
    ECE: rounded(chosen.ece),
    'Brier skill': rounded(chosen.skill),
    NLL: rounded(chosen.nll),
    'ECE across': rounded(across.ece),
    'skill across': rounded(across.skill),
  };
}

async function acrossOf(others, lists) {
  const calibrator = await fitPlatt(poolLists(others));
  const { scores, labels } = poolLists(lists);
  const pairs = { probabilities: calibrator.probabilities(scores), labels };
  return { ece: expectedCalibrationError(pairs), skill: brierSkill(pairs) };
}

/** The first candidates of each list with the logits of the list adapter that ships. */
function topLists(lists) {
  const model = pretrainedListAdapter();
  return lists.map((list) => ({
    scores: candidateLogits(model, list).subarray(0, TOP),
    labels: list.labels.subarray(0, TOP),
  }));
}
