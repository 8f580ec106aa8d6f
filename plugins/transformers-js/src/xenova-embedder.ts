import { type Embedder, parseOptions } from '@sluice/core';
import { z } from 'zod';
import { ChildEncoder } from './child/child-encoder.js';
import { type FolderModelFields, folderEmbedder, folderModelFields } from './folder-model.js';

const OWNER = 'xenovaEmbedder';

/** Options of {@link xenovaEmbedder}. */
export type XenovaEmbedderOptions = z.input<z.ZodObject<FolderModelFields>>;

export const xenovaEmbedderOptions: z.ZodObject<FolderModelFields, z.core.$strict> = z.strictObject(folderModelFields);

/**
 * Embeds through `@xenova/transformers` 2, the line before `@huggingface/transformers`, in a child process.
 *
 * It brings ONNX Runtime 1.14, which cannot share a process with a newer one, and refuses graphs of an IR version above
 * 8. The rows are those of `transformerEmbedder` (to 1e-5 in float32): texts are cut, padded, pooled and scaled as the
 * folder's files say, where the library would cut off closing tokens. Closing the embedder ends the process.
 *
 * @throws {InvalidOptionsError} an option is out of range
 * @throws {ModelFileError} the folder lacks a file, has dense layers, or is too new for the library
 * @throws {InferenceError} the process cannot be started
 * @throws {MissingPeerError} `@xenova/transformers` is not installed, or cannot load its image library
 * @example const embedder = await xenovaEmbedder({ model: 'models/all-MiniLM-L6-v2' });
 */
export async function xenovaEmbedder(options: XenovaEmbedderOptions): Promise<Required<Embedder>> {
  const settings = parseOptions(xenovaEmbedderOptions, options, OWNER);
  return folderEmbedder(OWNER, 'xenova', settings, (folder) => ChildEncoder.open(folder, settings.threads));
}
