// manifest-7            commit 7
// g7-1f3a90bc-0.ids     the first group of files that writer 1f3a90bc wrote for commit 7; a group is a segment or a
//                       part, and no two writers ever use one name, even if both believe that they hold the lock
// probe-0.tmp, probe-0  made and removed at once, to see whether the disk has hard links
const OURS = /^(?:manifest-\d+|g\d+-[0-9a-f]{8}-\d+|probe-\d+)(?:\.|$)/;
const MANIFEST = /^manifest-([1-9]\d{0,14})$/;

export function manifestName(generation: number): string {
  return `manifest-${generation}`;
}

/** The commit whose manifest has this name; `undefined` for any other file. */
export function generationOf(name: string): number | undefined {
  const digits = MANIFEST.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Whether a store may have written a file of this name; what it has not, it never removes. */
export function isStoreFile(name: string): boolean {
  return OURS.test(name);
}

/**
 * What the names of a group's files begin with.
 *
 * @param writer eight hexadecimal digits that no other writer has
 */
export function groupPrefix(generation: number, writer: string, group: number): string {
  return `g${generation}-${writer}-${group}.`;
}
