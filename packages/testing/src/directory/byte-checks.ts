import fc from 'fast-check';
import { expect } from 'vitest';
import type { Check, KitOptions } from '../kit/check.js';
import { forAll } from '../kit/property.js';
import { expectRefusal } from '../kit/refusal.js';
import { readBytes, writeBytes } from './file-bytes.js';
import type { DirectoryFactory } from './test-directory.js';

const pieces = fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 6 });

/** What a directory promises about the bytes in its files. */
export function byteChecks(create: DirectoryFactory, options: KitOptions): Check[] {
  return [
    {
      name: 'reads any range of what was written in pieces',
      check: () =>
        forAll(fc.tuple(pieces, fc.nat(), fc.nat()), options, async ([written, start, count]) => {
          const directory = await create();
          const writer = await directory.create('file');
          for (const piece of written) await writer.write(piece);
          await writer.sync();
          const all = written.flatMap((piece) => [...piece]);
          expect(writer.size).toBe(all.length);
          await writer.close();
          const reader = await directory.open('file');
          const from = start % (all.length + 1);
          const range = new Uint8Array(count % (all.length - from + 1));
          await reader.readInto(range, from);
          expect([...range]).toEqual(all.slice(from, from + range.length));
          expect(reader.size).toBe(all.length);
          await reader.close();
        }),
    },
    {
      name: 'copies the bytes before a write settles',
      check: async () => {
        const directory = await create();
        const writer = await directory.create('file');
        const reused = Uint8Array.of(1, 2, 3);
        await writer.write(reused);
        reused.fill(9);
        await writer.write(reused);
        await writer.close();
        expect([...(await readBytes(directory, 'file'))]).toEqual([1, 2, 3, 9, 9, 9]);
      },
    },
    {
      name: 'refuses to read beyond the end, and goes on',
      check: async () => {
        const directory = await create();
        await writeBytes(directory, 'file', Uint8Array.of(1, 2, 3));
        const reader = await directory.open('file');
        const beyond = { code: 'SLUICE_UNEXPECTED_END', fields: { file: 'file', offset: 2, length: 2 } };
        await expectRefusal(() => reader.readInto(new Uint8Array(2), 2), beyond);
        await expectRefusal(() => reader.readInto(new Uint8Array(1), 3), { code: 'SLUICE_UNEXPECTED_END' });
        const bytes = new Uint8Array(2);
        await reader.readInto(bytes, 1);
        expect([...bytes]).toEqual([2, 3]);
        await reader.close();
      },
    },
    {
      name: 'a reader keeps its bytes when the name is removed, replaced or appended to',
      check: async () => {
        const directory = await create();
        const writer = await directory.create('growing');
        await writer.write(Uint8Array.of(1));
        const growing = await directory.open('growing');
        await writer.write(Uint8Array.of(2));
        await writer.close();
        expect(growing.size).toBe(1);
        await writeBytes(directory, 'removed', Uint8Array.of(3));
        const removed = await directory.open('removed');
        await directory.remove('removed');
        await writeBytes(directory, 'removed', Uint8Array.of(4));
        await directory.rename('growing', 'removed');
        for (const [reader, byte] of [[removed, 3] as const, [growing, 1] as const]) {
          const bytes = new Uint8Array(1);
          await reader.readInto(bytes, 0);
          expect(bytes[0]).toBe(byte);
          await reader.close();
        }
        expect([...(await readBytes(directory, 'removed'))]).toEqual([1, 2]);
      },
    },
    {
      name: 'reads that overlap do not mix',
      check: async () => {
        const directory = await create();
        await writeBytes(
          directory,
          'file',
          Uint8Array.from({ length: 256 }, (_, at) => at),
        );
        const reader = await directory.open('file');
        const ranges = Array.from({ length: 40 }, (_, at) => ({ at: at * 5, bytes: new Uint8Array(20) }));
        await Promise.all(ranges.map(({ at, bytes }) => reader.readInto(bytes, at)));
        for (const { at, bytes } of ranges) expect([...bytes]).toEqual(Array.from({ length: 20 }, (_, i) => at + i));
        await reader.close();
      },
    },
    {
      name: 'refuses what is closed; closing twice is nothing',
      check: async () => {
        const directory = await create();
        const writer = await directory.create('file');
        await writer.close();
        await writer.close();
        const closed = { code: 'SLUICE_FILE_CLOSED', fields: { file: 'file' } };
        await expectRefusal(() => writer.write(Uint8Array.of(1)), closed);
        await expectRefusal(() => writer.sync(), closed);
        const reader = await directory.open('file');
        await reader.close();
        await reader.close();
        await expectRefusal(() => reader.readInto(new Uint8Array(0), 0), closed);
      },
    },
  ];
}
