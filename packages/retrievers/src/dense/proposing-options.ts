import { z } from 'zod';

/** What indexes that propose candidates, and compare these exactly, are told alike. */
export interface ProposingParameters {
  /**
   * The recall of searches that do not say one. Above 0 to 1.
   * @default 0.95
   */
  readonly recall?: number | undefined;
  /**
   * Up to so many vectors that may be found, each is compared.
   * @default 1000
   */
  readonly scanBelow?: number | undefined;
  /**
   * Of what is drawn at random; an integer of 32 bits.
   * @default 1
   */
  readonly seed?: number | undefined;
}

/** The same with their defaults. */
export type ProposingSettings = {
  readonly [Name in keyof ProposingParameters]-?: Exclude<ProposingParameters[Name], undefined>;
};

export const proposingFields: {
  readonly [Name in keyof ProposingParameters]-?: z.ZodType<ProposingSettings[Name], ProposingParameters[Name]>;
} = {
  recall: z.number().gt(0).max(1).default(0.95),
  scanBelow: z.int().min(0).default(1000),
  seed: z
    .int()
    .min(-(2 ** 31))
    .max(2 ** 31 - 1)
    .default(1),
};
