export type { Directory, DirectoryLock, FileReader, FileWriter } from './directory/directory.js';
export {
  type Fault,
  type FaultDirectory,
  type FaultKind,
  faultDirectory,
  type Survivors,
} from './directory/fault-directory.js';
export { memoryDirectory } from './directory/memory-directory.js';
export * from './errors/index.js';
