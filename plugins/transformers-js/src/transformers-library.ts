/** A tensor of either line of transformers.js, as far as it is used here. */
export interface LibraryTensor {
  readonly dims: readonly number[];
  readonly data: unknown;
}

/** Turns texts into lists of token ids, special tokens included. */
export type LibraryTokenizer = (
  texts: readonly string[],
  options: { readonly padding: false; readonly truncation: false; readonly return_tensor: false },
) => Readonly<Record<string, readonly (readonly number[])[]>>;

/** A model: inputs by name to outputs by name. */
export interface LibraryModel {
  (inputs: Readonly<Record<string, LibraryTensor>>): Promise<Readonly<Record<string, LibraryTensor>>>;
  dispose(): Promise<unknown>;
}

/** Where and how a model is loaded. The two lines read different fields of it. */
export interface LoadOptions {
  readonly local_files_only: true;
  /** Line 4. */
  readonly dtype?: 'fp32' | 'q8';
  /** Line 4. */
  readonly device?: 'cpu';
  /** Line 4. */
  readonly session_options?: { readonly intraOpNumThreads?: number; readonly extra?: object };
  /** Line 2. */
  readonly quantized?: boolean;
}

/** The package `@huggingface/transformers` or `@xenova/transformers`, as far as it is used here. */
export interface TransformersLibrary {
  readonly AutoTokenizer: {
    from_pretrained(folder: string, options: { readonly local_files_only: true }): Promise<LibraryTokenizer>;
  };
  readonly AutoModel: { from_pretrained(folder: string, options: LoadOptions): Promise<LibraryModel> };
  readonly Tensor: new (type: 'int64', data: BigInt64Array, dims: readonly number[]) => LibraryTensor;
  /** Settings of the whole process. Line 2 needs them to find a folder. */
  readonly env: { allowRemoteModels: boolean; localModelPath: string };
}

/** Whether a module is one of the two. */
export function isTransformersLibrary(module: unknown): module is TransformersLibrary {
  if (typeof module !== 'object' || module === null) return false;
  return ['AutoTokenizer', 'AutoModel', 'Tensor', 'env'].every((name) => name in module);
}
