import type { Directory } from '@sluice/files';
import { nodeDirectory } from '@sluice/files/node';

/** A folder's path as a directory; a directory as it is. */
export function directoryOf(place: string | Directory): Directory {
  return typeof place === 'string' ? nodeDirectory(place) : place;
}
