import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ModelFileError } from '../errors/model-file-error.js';
import type { TransformerFolder } from '../folder/model-folder.js';
import { hashFiles } from '../hash-files.js';
import { readEncoderConfig } from './encoder-config.js';
import type { GraphPrecision } from './encoder-graph.js';
import type { TermPooling } from './term-head.js';
import { writeGraph } from './write-graph.js';

/** Goes up with each change of what is written, so that graphs of an earlier version are not used. */
export const GRAPH_VERSION = 1;

const DAY_MS = 86_400_000;

/** What {@link writtenGraph} is asked for. */
export interface WrittenGraphRequest {
  /** The safetensors file; `config.json` lies beside it. */
  readonly weights: string;
  readonly precision: GraphPrecision;
  /** A head to write behind the encoder: how the logits of terms are pooled. */
  readonly terms?: TermPooling | undefined;
  /** A classifier's head instead, with so many labels. */
  readonly labels?: number | undefined;
  /** Folder that keeps graphs. May serve several processes. Made when it is first needed. */
  readonly cache: string;
}

/** Whether a model's weights are of the kind that a graph has to be written for. */
export function needsGraph({ weightsFile }: Pick<TransformerFolder, 'weightsFile'>): boolean {
  return weightsFile.endsWith('.safetensors');
}

/**
 * The graph of a safetensors model: from the cache, or written into it.
 *
 * Its name holds what it was made from and the sha256 of its bytes, and it gets the name when it is whole. It is read
 * through before it is given out: one with other bytes than its name says is written again. Processes that write the
 * same one at once write the same bytes, and the later takes the place of the earlier.
 *
 * @throws {ModelFileError} the weights or `config.json` are broken, disagree, or are of a family that is not written;
 *   or the cache cannot be written
 */
export async function writtenGraph(request: WrittenGraphRequest): Promise<string> {
  const { weights, precision, terms, labels, cache } = request;
  const config = await readEncoderConfig(dirname(weights));
  const source = await hashFiles(
    [weights],
    JSON.stringify({ config, precision, terms, labels, version: GRAPH_VERSION }),
  );
  const key = source.slice(0, 32);
  await mkdir(cache, { recursive: true }).catch((cause: unknown) => {
    throw new ModelFileError({ file: cache, problem: 'no folder for graphs can be made there', cause });
  });
  return (await soundGraph(cache, key)) ?? makeGraph(request, key);
}

async function soundGraph(cache: string, key: string): Promise<string | undefined> {
  for (const name of await readdir(cache)) {
    const file = join(cache, name);
    if (name.startsWith('partial-')) await removeOld(file);
    if (!name.startsWith(`${key}-`)) continue;
    // Another process may have replaced it meanwhile.
    const found = await hashFiles([file], '').catch(() => undefined);
    if (name === `${key}-${found}.onnx`) return file;
    await rm(file, { force: true });
  }
  return undefined;
}

/** What a killed process left. */
async function removeOld(file: string): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (found && Date.now() - found.mtimeMs > DAY_MS) await rm(file, { force: true });
}

async function makeGraph({ cache, ...graph }: WrittenGraphRequest, key: string): Promise<string> {
  const partial = join(cache, `partial-${randomUUID()}`);
  const hash = createHash('sha256');
  try {
    await writeGraph({ ...graph, target: partial, onPiece: (piece) => hash.update(piece) });
    const file = join(cache, `${key}-${hash.digest('hex')}.onnx`);
    await rename(partial, file);
    return file;
  } finally {
    await rm(partial, { force: true });
  }
}
