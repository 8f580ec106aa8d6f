import { nextTurn, type SavedIndex } from '@sluice/core';
import { z } from 'zod';
import { allInSteps } from './all-in-steps.js';
import { compareIdBytes, type IdColumns } from './id-columns.js';
import { IdTable } from './id-table.js';

export const ID_TABLE_KIND = { kind: 'ids', version: 1 } as const;

/** Ids checked between two turns of the event loop. */
const STEP = 10_000;

const headerSchema = z.strictObject({ size: z.int().nonnegative() });

export function saveIdColumns({ bytes, offsets, ranks, slots }: IdColumns): SavedIndex {
  return {
    ...ID_TABLE_KIND,
    header: { size: ranks.length },
    blocks: { bytes, offsets: bytesOf(offsets), ranks: bytesOf(ranks), slots: bytesOf(slots) },
  };
}

/** The table, or what is wrong, in words. Checks what looking up relies on, in one pass over each block. */
export async function loadIdTable(saved: SavedIndex): Promise<IdTable | string> {
  const header = headerSchema.safeParse(saved.header);
  const { bytes, offsets, ranks, slots } = saved.blocks;
  if (!header.success || !bytes || !offsets || !ranks || !slots) return 'its header or a block of ids is missing';
  const { size } = header.data;
  const wrong = offsets.length !== 4 * (size + 1) || ranks.length !== 4 * size || slots.length % 4 !== 0;
  if (wrong) return `its blocks are not those of ${size} ids`;
  const columns = { bytes, offsets: wordsOf(offsets), ranks: wordsOf(ranks), slots: wordsOf(slots) };
  return (await brokenBounds(columns)) ?? new IdTable(columns, await encodingOf(bytes));
}

/** What contradicts the order or the table, in words; `undefined` where all is right. For checking, not for opening. */
export async function brokenOrder(table: IdTable, signal?: AbortSignal): Promise<string | undefined> {
  const order = new Uint32Array(table.size).fill(0xffffffff);
  for (let ordinal = 0; ordinal < table.size; ordinal++) order[table.rankOf(ordinal)] = ordinal;
  for (let rank = 0; rank < table.size; rank++) {
    const ordinal = order[rank] ?? 0;
    if (ordinal >= table.size) return `no id has rank ${rank}`;
    if (table.ordinalOf(table.idOf(ordinal)) !== ordinal) return `the id of document ${ordinal} is not found`;
    if (rank > 0 && compareIdBytes(table.columns, order[rank - 1] ?? 0, table.columns, ordinal) >= 0) {
      return `the ids of rank ${rank - 1} and ${rank} are not in order`;
    }
    if (rank % STEP === STEP - 1) {
      signal?.throwIfAborted();
      await nextTurn();
    }
  }
  return undefined;
}

async function brokenBounds({ bytes, offsets, ranks, slots }: IdColumns): Promise<string | undefined> {
  const size = ranks.length;
  if (slots.length < 2 * size || (slots.length & (slots.length - 1)) !== 0 || slots.length === 0) {
    return `its table of ${slots.length} slots does not fit ${size} ids`;
  }
  if (offsets[0] !== 0 || offsets[size] !== bytes.length) return 'its ids do not fill their block';
  const fit = await allInSteps(size, (from, to) => {
    for (let at = from; at < to; at++) {
      if ((offsets[at] ?? 0) > (offsets[at + 1] ?? 0) || (ranks[at] ?? 0) >= size) return false;
    }
    return true;
  });
  if (!fit) return 'an id ends before it begins, or has no rank';
  const there = await allInSteps(slots.length, (from, to) => {
    for (let at = from; at < to; at++) if ((slots[at] ?? 0) > size) return false;
    return true;
  });
  return there ? undefined : 'a slot names a document that is not there';
}

async function encodingOf(bytes: Uint8Array): Promise<'latin1' | 'utf8'> {
  const ascii = await allInSteps(bytes.length, (from, to) => {
    for (let at = from; at < to; at++) if ((bytes[at] ?? 0) >= 0x80) return false;
    return true;
  });
  return ascii ? 'latin1' : 'utf8';
}

function bytesOf({ buffer, byteOffset, byteLength }: Uint32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function wordsOf({ buffer, byteOffset, byteLength }: Uint8Array): Uint32Array {
  return new Uint32Array(buffer, byteOffset, byteLength / 4);
}
