import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { TextColumns } from '../tokenizer/text-columns.js';
import type { TokenSequences } from '../tokenizer/token-sequences.js';
import type { EncodedTexts } from '../worker/encoded-texts.js';
import { oneVectorEach } from '../worker/encoded-texts.js';
import type { AnswerKind } from './answer.js';
import type { BatchRunner } from './batch-runner.js';
import type { TextSource } from './encode-call.js';
import { EncoderPool, type PoolLimits } from './encoder-pool.js';
import { matrixAnswer, type RowShape } from './matrix-answer.js';

/** Runs nothing: a text's row is its length in characters and the number of its batch. */
class CountingRunner implements BatchRunner {
  readonly dimensions = 2;
  /** Lengths of the texts of each batch. */
  readonly batches: number[][] = [];
  closed = 0;
  readonly lost = false;
  /** Every batch waits for it. */
  gate: Promise<void> = Promise.resolve();
  failure: Error | undefined;

  async tokenize({ texts }: TextColumns): Promise<TokenSequences> {
    const offsets = new Uint32Array(texts.length + 1);
    texts.forEach((text, at) => {
      offsets[at + 1] = (offsets[at] ?? 0) + text.length;
    });
    return { ids: new Int32Array(offsets.at(-1) ?? 0), offsets };
  }

  async run({ offsets }: TokenSequences): Promise<EncodedTexts> {
    const lengths = [...offsets.slice(1)].map((end, at) => end - (offsets[at] ?? 0));
    this.batches.push(lengths);
    await this.gate;
    if (this.failure) throw this.failure;
    return oneVectorEach(Float32Array.from(lengths.flatMap((length) => [length, this.batches.length])), lengths.length);
  }

  async close(): Promise<void> {
    this.closed += 1;
  }
}

const limits: PoolLimits = { maxTokens: 32, maxTexts: 32, maxQueuedCalls: 100 };
const asIs = rowsOf({ columns: 1, length: 'kept' });

/** Only the numbers of the matrix: what most tests look at. */
function rowsOf(shape: RowShape): AnswerKind<Float32Array> {
  return {
    begin(texts) {
      const rows = matrixAnswer(shape).begin(texts);
      return { take: rows.take, finish: async () => (await rows.finish()).data };
    },
  };
}

function source(texts: readonly string[]): TextSource {
  return { unit: 'texts', length: texts.length, text: (index) => texts[index] ?? '' };
}

function poolOver(changed: Partial<PoolLimits> = {}): { pool: EncoderPool; runner: CountingRunner } {
  const runner = new CountingRunner();
  return { pool: new EncoderPool('the model', [runner], { ...limits, ...changed }), runner };
}

const ofLengths = (...lengths: number[]): TextSource => source(lengths.map((length) => 'x'.repeat(length)));

describe('batches', () => {
  it('are of similar length, longest first, and rows come back in order', async () => {
    const { pool, runner } = poolOver();
    expect([...(await pool.encode(ofLengths(3, 16, 4, 15, 5, 3), asIs))]).toEqual([3, 16, 4, 15, 5, 3]);
    expect(runner.batches).toEqual([
      [16, 15],
      [5, 4, 3, 3],
    ]);
    expect(pool.runs).toBe(2);
  });

  it('hold a text that is longer than a batch may be', async () => {
    const { pool, runner } = poolOver();
    await pool.encode(ofLengths(100, 1), asIs);
    expect(runner.batches).toEqual([[100], [1]]);
  });

  it('are shared by small calls made together', async () => {
    const { pool, runner } = poolOver({ maxTokens: 100, maxQueuedCalls: 1000, maxTexts: 100 });
    const rows = await Promise.all(Array.from({ length: 1000 }, (_, at) => pool.encode(ofLengths(at % 9), asIs)));
    expect(rows.map(([length]) => length)).toEqual(Array.from({ length: 1000 }, (_, at) => at % 9));
    expect(runner.batches.length).toBeLessThan(100);
  });

  it('alternate between small calls and large ones', async () => {
    const { pool, runner } = poolOver();
    const order: string[] = [];
    const large = pool.encode(ofLengths(...Array<number>(200).fill(16)), asIs).then(() => order.push('large'));
    const small = pool.encode(ofLengths(1), asIs).then(() => order.push('small'));
    await Promise.all([large, small]);
    expect(order).toEqual(['small', 'large']);
    expect(runner.batches.slice(0, 3)).toContainEqual([1]);
  });
});

describe('turns', () => {
  it('are taken by small calls and large ones, and by large ones among themselves', async () => {
    const { pool, runner } = poolOver();
    // As a worker's answers do, each comes in a turn of its own.
    Object.defineProperty(runner, 'gate', { get: () => nextTurn() });
    const large = [16, 15].map((length) => pool.encode(ofLengths(...Array<number>(80).fill(length)), asIs));
    // Always one more small call as soon as the last has its answer.
    for (let call = 0; call < 15; call++) await pool.encode(ofLengths(1), asIs);
    const batches = runner.batches.map(([length]) => length);
    await Promise.all(large);
    const between = batches.join(' ').split(/\b1\b/);
    expect(Math.max(...between.map((part) => part.trim().split(' ').filter(Boolean).length))).toBeLessThan(3);
    const [first, second] = [16, 15].map((length) => batches.filter((each) => each === length).length);
    expect(Math.abs((first ?? 0) - (second ?? 0))).toBeLessThan(2);
    expect(first).toBeGreaterThan(3);
  });
});

describe('rows', () => {
  it('are cut and scaled to length 1', async () => {
    const { pool } = poolOver();
    expect([...(await pool.encode(ofLengths(4), rowsOf({ columns: 1, length: 'unit' })))]).toEqual([1]);
    const [length = 0, batch = 0] = await pool.encode(ofLengths(3), rowsOf({ columns: 2, length: 'unit' }));
    expect(Math.hypot(length, batch)).toBeCloseTo(1, 6);
  });

  it('of no texts are none', async () => {
    const { pool, runner } = poolOver();
    expect(await pool.encode(ofLengths(), asIs)).toHaveLength(0);
    expect(runner.batches).toEqual([]);
  });
});

describe('cancelling', () => {
  it('rejects at once and runs nothing more of the call', async () => {
    const { pool, runner } = poolOver();
    const stop = new AbortController();
    let open: () => void = () => undefined;
    runner.gate = new Promise((resolve) => {
      open = resolve;
    });
    const cancelled = pool.encode(ofLengths(16, 16, 16, 16), asIs, { signal: stop.signal });
    while (runner.batches.length === 0) await nextTurn();
    stop.abort(new Error('enough'));
    await expect(cancelled).rejects.toThrow('enough');
    open();
    expect([...(await pool.encode(ofLengths(2), asIs))]).toEqual([2]);
    expect(runner.batches).toEqual([[16, 16], [2]]);
  });

  it('refuses a call whose signal has fired', async () => {
    const { pool } = poolOver();
    await expect(pool.encode(ofLengths(1), asIs, { signal: AbortSignal.abort(new Error('no')) })).rejects.toThrow('no');
  });
});

describe('failures', () => {
  it('reach every call of the batch and no other', async () => {
    const { pool, runner } = poolOver();
    runner.failure = new Error('out of memory');
    const failed = await Promise.allSettled([pool.encode(ofLengths(1), asIs), pool.encode(ofLengths(2), asIs)]);
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    runner.failure = undefined;
    expect([...(await pool.encode(ofLengths(5), asIs))]).toEqual([5]);
  });

  it('of a text that cannot be made end its call', async () => {
    const { pool } = poolOver();
    const broken: TextSource = {
      unit: 'texts',
      length: 1,
      text: () => {
        throw new Error('unreadable');
      },
    };
    await expect(pool.encode(broken, asIs)).rejects.toThrow('unreadable');
    expect([...(await pool.encode(ofLengths(5), asIs))]).toEqual([5]);
  });

  it('refuse more calls than the queue may hold', async () => {
    const { pool } = poolOver({ maxQueuedCalls: 2 });
    const waiting = [pool.encode(ofLengths(1), asIs), pool.encode(ofLengths(1), asIs)];
    await expect(pool.encode(ofLengths(1), asIs)).rejects.toMatchObject({ code: 'SLUICE_QUEUE_FULL', maxCalls: 2 });
    await Promise.all(waiting);
  });
});

describe('closing', () => {
  it('ends waiting calls, lets the batch under way finish, and closes each runner once', async () => {
    const { pool, runner } = poolOver();
    const ended = expect(pool.encode(ofLengths(16, 16, 16), asIs)).rejects.toMatchObject({ code: 'SLUICE_CLOSED' });
    await Promise.all([pool.close(), pool.close()]);
    await ended;
    expect(runner.closed).toBe(1);
    await expect(pool.encode(ofLengths(1), asIs)).rejects.toMatchObject({ code: 'SLUICE_CLOSED' });
  });
});
