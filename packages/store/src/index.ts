export { repairStore } from './checking/repair-store.js';
export { verifyStore } from './checking/verify-store.js';
export * from './errors/index.js';
export { openStore } from './reading/open-store.js';
export type { OpenStoreOptions } from './reading/store-options.js';
export type { OpenPartOptions, PartFacts, Segment, Snapshot } from './snapshot.js';
export type { FileReport, StoreRepair, StoreReport } from './store-report.js';
export type { AttachOptions, SegmentWriter, StoreWriter } from './store-writer.js';
export { openStoreWriter } from './writing/open-store-writer.js';
