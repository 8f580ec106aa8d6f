import {
  dotInt8,
  dotSigns,
  encodeFloat16,
  hamming,
  KernelMemory,
  offer,
  scoreFloat16,
  scoreFloat32,
  scoreFloat32Listed,
  sortBest,
  sumCodes,
} from '@sluice/kernels';
import { describeMachine } from './machine.js';
import { printTable, rounded, writeResults } from './results.js';
import { measureInRounds } from './rounds.js';

const ROWS = 100_000;
const COLUMNS = 384;
const BLOCK = 250;
const BATCH = 16;
const PLANES = 4;
const CODE_BYTES = 48;

/**
 * How fast each kernel reads rows, beside a copy of the same memory (the bandwidth) and beside plain JavaScript.
 *
 * 100,000 rows of 384 numbers, one thread. GB/s counts the bytes of the rows once a pass; a batch of 16 queries reads
 * them once for all.
 */
export async function run() {
  const machine = describeMachine();
  const data = makeData();
  const cases = casesOver(data);
  const { milliseconds, noise } = await measureInRounds(cases);
  const plain = milliseconds.get('plain JavaScript, float32 dot').median;
  const rows = cases.map(({ name, queries, bytes }) => {
    const { median, low, high } = milliseconds.get(name);
    return {
      kernel: name,
      'ms/query': rounded(median / queries),
      low: rounded(low / queries),
      high: rounded(high / queries),
      'GB/s': rounded(bytes / median / 1e6),
      'x plain': rounded(plain / (median / queries)),
    };
  });
  process.stdout.write(`${ROWS} rows x ${COLUMNS}, one thread, A/A noise ${rounded(noise * 100, 2)}%\n\n`);
  printTable(rows);
  await writeResults('kernels', { machine, rows: ROWS, columns: COLUMNS, noise: rounded(noise, 2), kernels: rows });
}

function makeData() {
  const memory = new KernelMemory();
  const random = linear(7);
  const regions = {
    rows: memory.allocate(ROWS * COLUMNS * 4),
    codes: memory.allocate(ROWS * COLUMNS),
    halves: memory.allocate(ROWS * COLUMNS * 2),
    planes: memory.allocate((PLANES * COLUMNS) / 8),
    tables: memory.allocate(CODE_BYTES * 1024),
    bits: memory.allocate((ROWS * COLUMNS) / 8),
    queries: memory.allocate(BATCH * COLUMNS * 4),
    wide: memory.allocate(BATCH * COLUMNS * 2),
    block: memory.allocate(BATCH * BLOCK * 4),
    all: memory.allocate(ROWS * 4),
    scores: memory.allocate(ROWS * 4),
    ordinals: memory.allocate(ROWS * 4),
    best: memory.allocate(4096),
    list: memory.allocate(ROWS * 4),
  };
  fill(regions.rows.float32(0, ROWS * COLUMNS), () => random() - 0.5);
  fill(regions.codes.int8(0, ROWS * COLUMNS), () => Math.floor(random() * 255) - 127);
  fill(regions.bits.uint32(0, (ROWS * COLUMNS) / 32), () => random() * 2 ** 32);
  fill(regions.queries.float32(0, BATCH * COLUMNS), () => random() - 0.5);
  fill(regions.wide.int16(0, BATCH * COLUMNS), () => Math.floor(random() * 255) - 127);
  fill(regions.ordinals.uint32(0, ROWS), (at) => at);
  fill(regions.list.uint32(0, ROWS), () => Math.floor(random() * ROWS));
  encodeFloat16(regions.rows.float32(0, ROWS * COLUMNS), regions.halves.uint16(0, ROWS * COLUMNS));
  fill(regions.planes.uint32(0, (PLANES * COLUMNS) / 32), () => random() * 2 ** 32);
  fill(regions.tables.float32(0, CODE_BYTES * 256), () => random());
  fill(regions.scores.float32(0, ROWS), () => random());
  return { memory, ...regions };
}

function casesOver(data) {
  const float32Bytes = ROWS * COLUMNS * 4;
  const case1 = (name, bytes, run) => ({ name, queries: 1, bytes, run });
  const batch = (name, bytes, run) => ({ name, queries: BATCH, bytes, run });
  return [
    case1('float32 dot', float32Bytes, () => sweepFloat32(data, 'dot', 1)),
    batch(`float32 dot, ${BATCH} queries`, float32Bytes, () => sweepFloat32(data, 'dot', BATCH)),
    case1('float32 euclidean', float32Bytes, () => sweepFloat32(data, 'euclidean', 1)),
    case1('float32 dot, random rows', float32Bytes, () => sweepListed(data)),
    case1('float16 dot', float32Bytes / 2, () => sweepFloat16(data, 1)),
    batch(`float16 dot, ${BATCH} queries`, float32Bytes / 2, () => sweepFloat16(data, BATCH)),
    case1('int8 dot', ROWS * COLUMNS, () => sweepInt8(data, 1)),
    batch(`int8 dot, ${BATCH} queries`, ROWS * COLUMNS, () => sweepInt8(data, BATCH)),
    case1('hamming', (ROWS * COLUMNS) / 8, () => sweepHamming(data)),
    case1(`signs, ${PLANES} bits a query number`, (ROWS * COLUMNS) / 8, () => sweepSigns(data)),
    case1(`product quantizer, ${CODE_BYTES} bytes`, ROWS * CODE_BYTES, () => sweepTables(data)),
    case1('top 10 of the scores', ROWS * 4, () => sweepTopK(data)),
    case1('copy (memory bandwidth)', float32Bytes, () => copyHalf(data)),
    case1('plain JavaScript, float32 dot', float32Bytes, () => plainDot(data)),
  ];
}

function sweepFloat32({ memory, rows, queries, block }, metric, count) {
  const query = queries.float32(0, count * COLUMNS);
  const scores = block.float32(0, count * BLOCK);
  for (let start = 0; start < ROWS; start += BLOCK) {
    const part = rows.float32(start * COLUMNS * 4, BLOCK * COLUMNS);
    scoreFloat32(memory, { metric, queries: query, rows: part, scores, columns: COLUMNS });
  }
}

function sweepListed({ memory, rows, queries, list, all }) {
  scoreFloat32Listed(memory, {
    metric: 'dot',
    query: queries.float32(0, COLUMNS),
    rows: rows.float32(0, ROWS * COLUMNS),
    list: list.uint32(0, ROWS),
    scores: all.float32(0, ROWS),
    columns: COLUMNS,
  });
}

function sweepInt8({ memory, codes, wide, block }, count) {
  const queries = wide.int16(0, count * COLUMNS);
  const products = block.int32(0, count * BLOCK);
  for (let start = 0; start < ROWS; start += BLOCK) {
    const part = codes.int8(start * COLUMNS, BLOCK * COLUMNS);
    dotInt8(memory, { queries, rows: part, products, columns: COLUMNS });
  }
}

function sweepHamming({ memory, bits, queries, all }) {
  const width = COLUMNS / 8;
  hamming(memory, {
    queries: queries.uint8(0, width),
    codes: bits.uint8(0, ROWS * width),
    distances: all.int32(0, ROWS),
    width,
  });
}

function sweepFloat16({ memory, halves, queries, block }, count) {
  const query = queries.float32(0, count * COLUMNS);
  const scores = block.float32(0, count * BLOCK);
  for (let start = 0; start < ROWS; start += BLOCK) {
    const part = halves.uint16(start * COLUMNS * 2, BLOCK * COLUMNS);
    scoreFloat16(memory, { metric: 'dot', queries: query, rows: part, scores, columns: COLUMNS });
  }
}

/** One bit a number against several: what a walk estimates by. */
function sweepSigns({ memory, bits, planes, all }) {
  const width = COLUMNS / 8;
  dotSigns(memory, {
    queries: planes.uint8(0, PLANES * width),
    rows: bits.uint8(0, ROWS * width),
    products: all.int32(0, ROWS),
    width,
    planes: PLANES,
  });
}

function sweepTables({ memory, bits, tables, all }) {
  sumCodes(memory, {
    codes: bits.uint8(0, ROWS * CODE_BYTES),
    tables: tables.float32(0, CODE_BYTES * 256),
    scores: all.float32(0, ROWS),
    parts: CODE_BYTES,
  });
}

function sweepTopK({ memory, scores, ordinals, best }) {
  const heap = { k: 10, scores: best.float32(0, 10), ordinals: best.uint32(64, 10), sizes: best.uint32(128, 1) };
  heap.sizes[0] = 0;
  offer(memory, { best: heap, scores: scores.float32(0, ROWS), ordinals: ordinals.uint32(0, ROWS) });
  sortBest(memory, heap);
}

/** Reads one half and writes the other: as many bytes as a scan reads. */
function copyHalf({ rows }) {
  const half = (ROWS * COLUMNS * 4) / 2;
  rows.uint8().copyWithin(0, half, 2 * half);
}

function plainDot({ rows, queries, all }) {
  const vectors = rows.float32(0, ROWS * COLUMNS);
  const query = queries.float32(0, COLUMNS);
  const scores = all.float32(0, ROWS);
  for (let row = 0; row < ROWS; row++) {
    let sum = 0;
    for (let column = 0; column < COLUMNS; column++) sum += query[column] * vectors[row * COLUMNS + column];
    scores[row] = sum;
  }
}

function fill(view, next) {
  for (let at = 0; at < view.length; at++) view[at] = next(at);
}

/** Pseudo-random numbers from 0 to below 1: a linear congruential generator. */
function linear(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
