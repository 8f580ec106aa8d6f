import { createRequire } from 'node:module';
import { FolderEncoder } from '../folder-encoder.js';
import { isTransformersLibrary, type TransformersLibrary } from '../transformers-library.js';
import type { ChildReply, ChildRequest } from './protocol.js';

/** Answers the parent until it goes away. */
export function serve(child: NodeJS.Process): void {
  let encoder: Promise<FolderEncoder> | undefined;
  const send = (reply: ChildReply): void => {
    child.send?.(reply);
  };
  const answer = async (request: ChildRequest): Promise<ChildReply> => {
    if (request.kind === 'open') {
      encoder = open(request, send);
      await encoder;
      return { kind: 'opened' };
    }
    if (!encoder) return { kind: 'failed', message: 'no model is open' };
    return { kind: 'encoded', rows: await (await encoder).encode(request.texts) };
  };
  child.on('message', (request: ChildRequest) => {
    answer(request).then(send, (error: unknown) => send({ kind: 'failed', message: messageOf(error) }));
  });
  child.on('disconnect', () => child.exit());
}

async function open(
  { folder, threads }: Extract<ChildRequest, { kind: 'open' }>,
  send: (reply: ChildReply) => void,
): Promise<FolderEncoder> {
  const library = await importXenova();
  send({ kind: 'imported' });
  library.env.allowRemoteModels = false;
  library.env.localModelPath = '';
  if (threads !== undefined) limitThreads(threads);
  // Where ONNX Runtime refuses a graph, the library writes why to the console and goes on in WebAssembly.
  const said: unknown[] = [];
  console.warn = (...words: unknown[]) => said.push(...words);
  const quantized = folder.precision === 'int8';
  const opening = FolderEncoder.open(library, folder, { local_files_only: true, quantized });
  const encoder = await opening.catch((error: unknown) => {
    throw said.find((word) => word instanceof Error) ?? error;
  });
  const refusal = said.find((word) => word instanceof Error);
  if (refusal) throw refusal;
  return encoder;
}

const NAME: string = '@xenova/transformers';

async function importXenova(): Promise<TransformersLibrary> {
  // Not a literal: types are not looked up, which need not be there.
  const library: unknown = await import(NAME);
  if (isTransformersLibrary(library)) return library;
  throw new TypeError(`The package ${NAME} has no AutoModel.`);
}

/** The library has no option for it: sessions are made with it by the runtime that it brings. */
function limitThreads(threads: number): void {
  const { InferenceSession }: SessionMaker = createRequire(import.meta.resolve(NAME))('onnxruntime-node');
  const create = InferenceSession.create.bind(InferenceSession);
  InferenceSession.create = (model, options) => create(model, { ...options, intraOpNumThreads: threads });
}

interface SessionMaker {
  readonly InferenceSession: { create(model: unknown, options: object): Promise<unknown> };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
