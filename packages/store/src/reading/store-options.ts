import { z } from 'zod';

/** Options of {@link openStore}. */
export const openStoreOptions: z.ZodType<{ cacheBytes: number }, { cacheBytes?: number | undefined }> = z
  .strictObject({
    /**
     * Bytes of unpacked documents kept in memory, for each segment; 0 keeps none.
     * @default 16777216
     */
    cacheBytes: z
      .int()
      .nonnegative()
      .default(16 * 1024 * 1024),
  })
  .meta({ title: 'openStore' });

/** What `openStore` takes. */
export interface OpenStoreOptions {
  /**
   * Bytes of unpacked documents kept in memory, for each segment; 0 keeps none.
   * @default 16777216
   */
  readonly cacheBytes?: number;
}
