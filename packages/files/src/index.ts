export { type ContainerReader, openContainer } from './container/container-reader.js';
export {
  type ContainerKind,
  type ContainerWriter,
  createContainer,
  type FileIdentity,
} from './container/container-writer.js';
export { type Crc32, crc32 } from './container/crc32.js';
export { publishContainer, TEMPORARY_SUFFIX } from './container/publish-container.js';
export { readContainer, writeContainer } from './container/saved-container.js';
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
