export * from './errors/index.js';
export type { OpenPartOptions, PartFacts, Segment, Snapshot } from './snapshot.js';
export type { FileReport, StoreRepair, StoreReport } from './store-report.js';
export type { AttachOptions, SegmentWriter, StoreWriter } from './store-writer.js';
