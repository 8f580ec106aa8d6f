import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The bytes that a library writes, which can only write files. */
export function bytesThroughFile(write: (file: string) => void): Uint8Array {
  return withFile((file) => {
    write(file);
    return new Uint8Array(readFileSync(file));
  });
}

/** Lets a library read bytes, which can only read files. The file is gone afterwards. */
export function readThroughFile(bytes: Uint8Array, read: (file: string) => void): void {
  withFile((file) => {
    writeFileSync(file, bytes);
    read(file);
  });
}

function withFile<Result>(use: (file: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-index-'));
  try {
    return use(join(folder, 'index'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
