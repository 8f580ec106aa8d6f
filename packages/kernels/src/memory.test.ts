import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KernelMemory, type Region } from './index.js';

const steps = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('allocate' as const), bytes: fc.integer({ min: 0, max: 90_000 }), pick: fc.nat() }),
    fc.record({ do: fc.constant('resize' as const), bytes: fc.integer({ min: 0, max: 90_000 }), pick: fc.nat() }),
    fc.record({ do: fc.constant('free' as const), bytes: fc.constant(0), pick: fc.nat() }),
  ),
  { maxLength: 60 },
);

describe('KernelMemory', () => {
  it('keeps every region whole and apart through any allocations, growth included', () => {
    fc.assert(
      fc.property(steps, (script) => {
        const memory = new KernelMemory();
        const live: { region: Region; mark: number; length: number }[] = [];
        for (const [mark, step] of script.entries()) {
          const at = live.length === 0 ? 0 : step.pick % live.length;
          const chosen = live[at];
          if (step.do === 'allocate') {
            const region = memory.allocate(step.bytes);
            region.uint8().fill(mark);
            live.push({ region, mark, length: region.bytes });
          } else if (chosen && step.do === 'resize') {
            memory.resize(chosen.region, step.bytes);
            chosen.length = Math.min(chosen.length, chosen.region.bytes);
          } else if (chosen) {
            memory.free(chosen.region);
            live.splice(at, 1);
          }
          for (const { region, mark, length } of live) {
            expect(region.offset % 64).toBe(0);
            expect(region.uint8(0, length).every((byte) => byte === mark)).toBe(true);
          }
          expect(memory.usedBytes).toBe(live.reduce((sum, { region }) => sum + region.bytes, 0));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('uses freed bytes again', () => {
    const memory = new KernelMemory();
    const first = memory.allocate(1 << 20);
    const { offset } = first;
    const behind = memory.allocate(64);
    memory.free(first);
    expect(memory.allocate(1 << 19).offset).toBe(offset);
    memory.free(behind);
    const bytes = memory.buffer.byteLength;
    for (let round = 0; round < 20; round++) memory.free(memory.allocate(1 << 19));
    expect(memory.buffer.byteLength).toBe(bytes);
  });

  it('extends a region in place where nothing lies behind it', () => {
    const memory = new KernelMemory();
    const region = memory.allocate(64);
    const { offset } = region;
    memory.resize(region, 1 << 20);
    expect(region.offset).toBe(offset);
    expect(region.bytes).toBe(1 << 20);
  });

  it('makes old views stale when it grows, and says so', () => {
    const memory = new KernelMemory();
    const view = memory.allocate(64).float32();
    expect(() => memory.expectView('rows', view)).not.toThrow();
    memory.allocate(1 << 20);
    expect(() => memory.expectView('rows', view)).toThrow(
      expect.objectContaining({ code: 'SLUICE_SHAPE', argument: 'rows' }),
    );
  });

  it('refuses what does not fit, and still holds what it held', () => {
    const memory = new KernelMemory({ maxBytes: 1 << 20 });
    const region = memory.allocate(1000);
    region.uint8().fill(7);
    const refused = { code: 'SLUICE_MEMORY_LIMIT', requestedBytes: 1 << 20, usedBytes: 1024, limitBytes: 1 << 20 };
    expect(() => memory.allocate(1 << 20)).toThrow(expect.objectContaining(refused));
    expect(() => memory.resize(region, 1 << 21)).toThrow(expect.objectContaining({ code: 'SLUICE_MEMORY_LIMIT' }));
    expect(region.uint8().every((byte) => byte === 7)).toBe(true);
    expect(memory.usedBytes).toBe(1024);
    expect(memory.allocate(1 << 19).bytes).toBe(1 << 19);
  });

  it('is a SharedArrayBuffer when shared, with the same kernels', () => {
    const memory = new KernelMemory({ sharing: 'shared' });
    expect(memory.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(memory.engine).toBe('simd');
  });
});
