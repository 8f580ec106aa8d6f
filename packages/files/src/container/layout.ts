import { crc32 } from './crc32.js';

// A container, version 1. All numbers are little-endian; all gaps are zero.
//
//   preamble   64 bytes
//       0   8  magic: 89 'SLC' 0D 0A 1A 0A (changed by any transfer that treats it as text)
//       8   4  container version, 1
//      12   4  page size in bytes: a power of two, 4 KiB to 1 MiB
//      60   4  CRC-32 of bytes 0 to 59
//   blocks     each at a multiple of 64, in the order of the contents, zeros up to the next multiple
//   checksums  CRC-32 of each page of preamble and blocks together; pages begin at byte 0, the last may be shorter
//   contents   JSON in UTF-8: { kind, version, header, blocks: [{ name, length }] }
//   trailer    64 bytes
//       0   8  magic: 'SLCEND' 0D 0A
//       8   8  bytes in the file
//      16   8  bytes in preamble and blocks: a multiple of 64
//      24   4  bytes in the contents
//      28   4  CRC-32 of the checksums
//      32   4  CRC-32 of the contents
//      60   4  CRC-32 of bytes 0 to 59 of the trailer
//
// Sizes and checksums stand at the end because files are streamed. Where a block lies follows from the lengths before
// it, and the size of the file from all of them, so a number that lies contradicts another one. The trailer's own
// checksum depends on every byte of the file: it serves as the file's identity in a manifest.

export const CONTAINER_VERSION = 1;
const ALIGNMENT = 64;
export const PREAMBLE_BYTES = 64;
export const TRAILER_BYTES = 64;
export const LARGEST_CONTENTS: number = 64 * 1024 * 1024;
const SMALLEST_PAGE: number = 4 * 1024;
const LARGEST_PAGE: number = 1024 * 1024;

const MAGIC = Uint8Array.of(0x89, 0x53, 0x4c, 0x43, 0x0d, 0x0a, 0x1a, 0x0a);
const END_MAGIC = Uint8Array.of(0x53, 0x4c, 0x43, 0x45, 0x4e, 0x44, 0x0d, 0x0a);
const CHECKSUM_AT = 60;

/** The facts of the trailer. */
export interface Trailer {
  readonly fileBytes: number;
  readonly bodyBytes: number;
  readonly contentsBytes: number;
  readonly checksumsCrc: number;
  readonly contentsCrc: number;
}

/** The next multiple of 64. */
export function aligned(offset: number): number {
  return Math.ceil(offset / ALIGNMENT) * ALIGNMENT;
}

export function encodePreamble(pageBytes: number): Uint8Array {
  const bytes = new Uint8Array(PREAMBLE_BYTES);
  const view = viewOf(bytes);
  bytes.set(MAGIC);
  view.setUint32(8, CONTAINER_VERSION, true);
  view.setUint32(12, pageBytes, true);
  view.setUint32(CHECKSUM_AT, crc32(bytes.subarray(0, CHECKSUM_AT)), true);
  return bytes;
}

/** Version and page size, or what is wrong, in words. The page size of another version is not looked at. */
export function decodePreamble(bytes: Uint8Array): { version: number; pageBytes: number } | string {
  const view = viewOf(bytes);
  if (!startsWith(bytes, MAGIC)) return 'it does not begin like a Sluice file';
  if (view.getUint32(CHECKSUM_AT, true) !== crc32(bytes.subarray(0, CHECKSUM_AT))) {
    return 'its first 64 bytes do not match their checksum';
  }
  const version = view.getUint32(8, true);
  const pageBytes = view.getUint32(12, true);
  const valid = pageBytes >= SMALLEST_PAGE && pageBytes <= LARGEST_PAGE && (pageBytes & (pageBytes - 1)) === 0;
  if (version === CONTAINER_VERSION && !valid) return `it claims a page size of ${pageBytes}`;
  return { version, pageBytes };
}

/** The trailer's bytes; the last four are the file's identity. */
export function encodeTrailer(trailer: Trailer): Uint8Array {
  const bytes = new Uint8Array(TRAILER_BYTES);
  const view = viewOf(bytes);
  bytes.set(END_MAGIC);
  view.setBigUint64(8, BigInt(trailer.fileBytes), true);
  view.setBigUint64(16, BigInt(trailer.bodyBytes), true);
  view.setUint32(24, trailer.contentsBytes, true);
  view.setUint32(28, trailer.checksumsCrc, true);
  view.setUint32(32, trailer.contentsCrc, true);
  view.setUint32(CHECKSUM_AT, crc32(bytes.subarray(0, CHECKSUM_AT)), true);
  return bytes;
}

/** The trailer, or what is wrong, in words. */
export function decodeTrailer(bytes: Uint8Array, fileBytes: number, pageBytes: number): Trailer | string {
  const view = viewOf(bytes);
  if (!startsWith(bytes, END_MAGIC)) return 'it does not end like a Sluice file, so it was cut short or appended to';
  if (identityOf(bytes) !== crc32(bytes.subarray(0, CHECKSUM_AT))) {
    return 'its last 64 bytes do not match their checksum';
  }
  const trailer: Trailer = {
    fileBytes: Number(view.getBigUint64(8, true)),
    bodyBytes: Number(view.getBigUint64(16, true)),
    contentsBytes: view.getUint32(24, true),
    checksumsCrc: view.getUint32(28, true),
    contentsCrc: view.getUint32(32, true),
  };
  const { bodyBytes, contentsBytes } = trailer;
  const total = bodyBytes + 4 * pagesOf(bodyBytes, pageBytes) + contentsBytes + TRAILER_BYTES;
  if (trailer.fileBytes !== fileBytes || total !== fileBytes || bodyBytes % ALIGNMENT !== 0) {
    return `it has ${fileBytes} bytes and claims ${trailer.fileBytes}, in parts of ${total}`;
  }
  return contentsBytes > LARGEST_CONTENTS ? `its contents claim ${contentsBytes} bytes` : trailer;
}

/** The checksum in a trailer that depends on every byte of its file. */
export function identityOf(trailer: Uint8Array): number {
  return viewOf(trailer).getUint32(CHECKSUM_AT, true);
}

/** Pages in a body of `bytes`. */
export function pagesOf(bytes: number, pageBytes: number): number {
  return Math.ceil(bytes / pageBytes);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

function startsWith(bytes: Uint8Array, magic: Uint8Array): boolean {
  return magic.every((byte, at) => bytes[at] === byte);
}
