import { SluiceError } from '@sluice/core';

/** Documents were added to a segment that is finished. */
export class SegmentFinishedError extends SluiceError {
  readonly code = 'SLUICE_SEGMENT_FINISHED';

  constructor() {
    super('The segment is finished and takes no more documents.', 'Begin another with addSegment().');
  }
}
