import type { ModelFolder } from '@sluice/inference';

/** What the parent asks. One question at a time. */
export type ChildRequest =
  | { readonly kind: 'open'; readonly folder: ModelFolder; readonly threads: number | undefined }
  | { readonly kind: 'encode'; readonly texts: readonly string[] };

/** What the child answers. `imported` comes by itself, before the answer to `open`. */
export type ChildReply =
  | { readonly kind: 'imported' }
  | { readonly kind: 'opened' }
  | { readonly kind: 'encoded'; readonly rows: Float32Array }
  | { readonly kind: 'failed'; readonly message: string };
