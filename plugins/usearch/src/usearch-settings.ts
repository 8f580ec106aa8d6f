import { z } from 'zod';

/** How graphs are built and searched, filled in. */
export interface UsearchSettings {
  readonly precision: 'float32' | 'float16' | 'bfloat16' | 'int8';
  readonly degree: number;
  readonly buildBeam: number;
}

/** The same as a caller gives it. */
export interface UsearchParameters {
  /**
   * How the graph keeps vectors. Candidates are scored in float32 whatever it is. `'int8'` is for cosine only.
   * @default 'float16'
   */
  readonly precision?: UsearchSettings['precision'] | undefined;
  /**
   * Links of a vector on each level, twice as many on the lowest. 2 to 256.
   * @default 16
   */
  readonly degree?: number | undefined;
  /**
   * Candidates looked at for the links of a vector that is added. 1 to 4,096.
   * @default 200
   */
  readonly buildBeam?: number | undefined;
}

export const usearchSettingFields: {
  precision: z.ZodDefault<z.ZodEnum<{ float32: 'float32'; float16: 'float16'; bfloat16: 'bfloat16'; int8: 'int8' }>>;
  degree: z.ZodDefault<z.ZodInt>;
  buildBeam: z.ZodDefault<z.ZodInt>;
} = {
  precision: z.enum(['float32', 'float16', 'bfloat16', 'int8']).default('float16'),
  degree: z.int().min(2).max(256).default(16),
  buildBeam: z.int().min(1).max(4096).default(200),
};

export const usearchSettings: z.ZodType<UsearchSettings, UsearchParameters> = z.strictObject(usearchSettingFields);
