import { z } from 'zod';

/** How graphs are built, filled in. */
export interface HnswlibSettings {
  readonly degree: number;
  readonly buildBeam: number;
  readonly seed: number;
}

/** The same as a caller gives it. */
export interface HnswlibParameters {
  /**
   * Links of a vector on each level (the library's `m`), twice as many on the lowest. 2 to 256.
   * @default 16
   */
  readonly degree?: number | undefined;
  /**
   * Candidates looked at for the links of a vector that is added (`efConstruction`). 1 to 4,096.
   * @default 200
   */
  readonly buildBeam?: number | undefined;
  /**
   * Of the levels; 0 to 2,147,483,647.
   * @default 100
   */
  readonly seed?: number | undefined;
}

export const hnswlibSettings: z.ZodType<HnswlibSettings, HnswlibParameters> = z.strictObject({
  degree: z.int().min(2).max(256).default(16),
  buildBeam: z.int().min(1).max(4096).default(200),
  seed: z
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(100),
});
