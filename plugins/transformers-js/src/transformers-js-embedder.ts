import { type Embedder, MissingPeerError, parseOptions } from '@sluice/core';
import { z } from 'zod';
import { FolderEncoder } from './folder-encoder.js';
import { type FolderModelFields, folderEmbedder, folderModelFields } from './folder-model.js';
import { isTransformersLibrary, type TransformersLibrary } from './transformers-library.js';

const OWNER = 'transformersJsEmbedder';

/** The options of {@link transformersJsEmbedder}, field by field. */
export type TransformersJsEmbedderFields = FolderModelFields & {
  /**
   * The package `@huggingface/transformers`, where it cannot be imported by name.
   * @default imported when the embedder is made
   */
  readonly library: z.ZodOptional<z.ZodCustom<object, object>>;
};

/** Options of {@link transformersJsEmbedder}. */
export type TransformersJsEmbedderOptions = z.input<z.ZodObject<TransformersJsEmbedderFields>>;

export const transformersJsEmbedderOptions: z.ZodObject<TransformersJsEmbedderFields, z.core.$strict> = z.strictObject({
  ...folderModelFields,
  library: z.custom<object>(isTransformersLibrary, 'it is not transformers.js').optional(),
});

/**
 * Embeds through `@huggingface/transformers`, for applications that have it anyway and for comparing with it.
 *
 * The library tokenizes and runs; how texts are cut, padded, pooled and scaled is what the folder's files say, so the
 * rows are those of `transformerEmbedder` (to 1e-5 in float32). Tokenizing happens on the calling thread, a batch at a
 * time. Only the local folder is read, and no setting of the library is changed.
 *
 * @throws {InvalidOptionsError} an option is out of range
 * @throws {ModelFileError} the folder lacks a file, or has dense layers, which are not supported here
 * @throws {MissingPeerError} `@huggingface/transformers` is not installed
 * @example const embedder = await transformersJsEmbedder({ model: 'models/all-MiniLM-L6-v2' });
 */
export async function transformersJsEmbedder(options: TransformersJsEmbedderOptions): Promise<Required<Embedder>> {
  const { library: given, ...settings } = parseOptions(transformersJsEmbedderOptions, options, OWNER);
  const { threads, precision } = settings;
  const library = isTransformersLibrary(given) ? given : await importTransformers();
  return folderEmbedder(OWNER, 'transformers-js', settings, (folder) =>
    FolderEncoder.open(library, folder, {
      local_files_only: true,
      dtype: precision === 'int8' ? 'q8' : 'fp32',
      device: 'cpu',
      session_options: {
        ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
        // Waiting threads sleep: a server's other work needs the cores more than a run needs the microseconds.
        extra: { session: { intra_op: { allow_spinning: '0' } } },
      },
    }),
  );
}

async function importTransformers(): Promise<TransformersLibrary> {
  // Not a literal: types are not looked up, which need not be there.
  const name: string = '@huggingface/transformers';
  try {
    const module: unknown = await import(name);
    if (isTransformersLibrary(module)) return module;
    throw new TypeError(`The package ${name} has no AutoModel.`);
  } catch (cause) {
    throw new MissingPeerError({
      peer: name,
      purpose: 'An embedder over transformers.js',
      alternative: 'pass it as `library`, or use transformerEmbedder of @sluice/embedders, which does not need it',
      cause,
    });
  }
}
