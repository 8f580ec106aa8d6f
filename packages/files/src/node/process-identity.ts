import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { codeOf } from './refusal.js';

/** What tells one process from every other, also after its number was given to another. Each part is `0` if unknown. */
export interface ProcessIdentity {
  /** Eight hexadecimal digits made from the host's name. */
  readonly host: string;
  /** Eight hexadecimal digits that change when the machine starts. */
  readonly boot: string;
  readonly pid: number;
  /** When the process started, in clock ticks since the machine did. */
  readonly start: string;
}

export async function ownIdentity(): Promise<ProcessIdentity> {
  return {
    host: digest(hostname()),
    boot: digest(await readOrEmpty('/proc/sys/kernel/random/boot_id')),
    pid: process.pid,
    start: await startOf(process.pid),
  };
}

/**
 * Whether the process may still run. One on another host is taken to be alive: it cannot be asked.
 *
 * A host that was restarted under the same name, as containers are, counts as the same one.
 */
export async function mayBeAlive(other: ProcessIdentity, own: ProcessIdentity): Promise<boolean> {
  if (other.host !== own.host) return true;
  if (other.boot !== own.boot) return false;
  try {
    process.kill(other.pid, 0);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
  }
  return (await startOf(other.pid)) === other.start;
}

/** Field 22 of `/proc/PID/stat`; the name in field 2 may hold anything but ends with the last parenthesis. */
async function startOf(pid: number): Promise<string> {
  const stat = await readOrEmpty(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '0';
}

async function readOrEmpty(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return '';
  }
}

function digest(text: string): string {
  return text === '' ? '0' : createHash('sha256').update(text).digest('hex').slice(0, 8);
}
