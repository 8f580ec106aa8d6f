import type { Directory } from '@sluice/files';

/** The bytes of a file. */
export async function readBytes(directory: Directory, name: string): Promise<Uint8Array<ArrayBuffer>> {
  const reader = await directory.open(name);
  try {
    const bytes = new Uint8Array(reader.size);
    await reader.readInto(bytes, 0);
    return bytes;
  } finally {
    await reader.close();
  }
}

/** Writes a file whole and closes it. */
export async function writeBytes(directory: Directory, name: string, bytes: Uint8Array): Promise<void> {
  const writer = await directory.create(name);
  await writer.write(bytes);
  await writer.close();
}

/** Puts other bytes under a name, as a broken disk would. */
export async function replaceBytes(directory: Directory, name: string, bytes: Uint8Array): Promise<void> {
  if ((await directory.list()).includes(name)) await directory.remove(name);
  await writeBytes(directory, name, bytes);
}
