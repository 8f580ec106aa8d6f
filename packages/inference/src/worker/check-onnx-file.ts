import { closeSync, fstatSync, openSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { unpaced } from '@sluice/core';
import { ModelFileError } from '../errors/model-file-error.js';
import { ProtobufError, ProtobufFile, type ProtobufSpan } from './protobuf-file.js';

/** Largest message that protobuf allows. */
const MAX_BYTES = 2 ** 31 - 1;
/** Graphs within graphs. */
const MAX_DEPTH = 16;
const MAX_NUMBERS = 2 ** 40;

/** Bytes of one number, by its kind in `TensorProto.DataType`; kinds that are packed or of no fixed size are left out. */
const numberBytes: Readonly<Record<number, number>> = {
  1: 4,
  2: 1,
  3: 1,
  4: 2,
  5: 2,
  6: 4,
  7: 8,
  9: 1,
  10: 2,
  11: 8,
  12: 4,
  13: 8,
  14: 8,
  15: 16,
  16: 2,
};

/**
 * Checks what can be checked of an ONNX file without loading it: that it is a whole protobuf message with a graph in it,
 * that each tensor has the bytes that its shape needs, and that weights in other files lie in the model's folder and
 * within those files. Weights are skipped over, so it costs no more than reading the graph. Blocks: for worker threads.
 *
 * Source: `onnx.proto` of the ONNX repository, for the numbers of fields.
 *
 * @throws {ModelFileError} the file is missing, not an ONNX file, cut, or points out of its folder
 */
export function checkOnnxFile(path: string): void {
  unpaced(onnxFileSteps(path));
}

/**
 * What {@link checkOnnxFile} does, in steps of a node or a weight each.
 *
 * @returns the other files that hold weights of the graph, in the order in which it names them
 * @throws {ModelFileError} as above
 */
export function* onnxFileSteps(path: string): Generator<void, string[]> {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (cause) {
    throw new ModelFileError({ file: path, problem: 'the file cannot be opened', cause });
  }
  try {
    const { size } = fstatSync(descriptor);
    if (size > MAX_BYTES) throw new ProtobufError(`${size} bytes, and the format allows ${MAX_BYTES}`);
    const walk = { file: new ProtobufFile(descriptor), folder: dirname(path), others: new Set<string>() };
    const graphs = yield* checkModel(walk, { start: 0, end: size });
    if (graphs === 0) throw new ProtobufError('it holds no graph');
    return [...walk.others];
  } catch (cause) {
    if (!(cause instanceof ProtobufError)) throw cause;
    throw new ModelFileError({ file: path, problem: `it is not a sound ONNX file: ${cause.message}`, cause });
  } finally {
    closeSync(descriptor);
  }
}

/** A file under examination. */
interface Walk {
  readonly file: ProtobufFile;
  /** The model's folder. */
  readonly folder: string;
  /** Files beside it with weights, as they were met. */
  readonly others: Set<string>;
}

/** @returns how many graphs there are */
function* checkModel(walk: Walk, model: ProtobufSpan): Generator<void, number> {
  let graphs = 0;
  for (const { number, span } of walk.file.fields(model)) {
    if (number === 7 && span) {
      graphs += 1;
      yield* checkGraph(walk, span, 1);
    } else if (number === 25 && span) {
      for (const part of walk.file.fields(span))
        if (part.number === 7 && part.span) yield* checkNode(walk, part.span, 1);
    }
  }
  return graphs;
}

function* checkGraph(walk: Walk, graph: ProtobufSpan, depth: number): Generator<void> {
  if (depth > MAX_DEPTH) throw new ProtobufError(`graphs lie more than ${MAX_DEPTH} deep in each other`);
  for (const { number, span } of walk.file.fields(graph)) {
    yield;
    if (number === 1 && span) yield* checkNode(walk, span, depth);
    else if (number === 5 && span) checkTensor(walk, span);
    else if (number === 15 && span) {
      for (const part of walk.file.fields(span)) if (part.number < 3 && part.span) checkTensor(walk, part.span);
    }
  }
}

function* checkNode(walk: Walk, node: ProtobufSpan, depth: number): Generator<void> {
  for (const attribute of walk.file.fields(node)) {
    if (attribute.number !== 5 || !attribute.span) continue;
    for (const { number, span } of walk.file.fields(attribute.span)) {
      if ((number === 5 || number === 10) && span) checkTensor(walk, span);
      else if ((number === 6 || number === 11) && span) yield* checkGraph(walk, span, depth + 1);
    }
  }
}

function checkTensor({ file, folder, others }: Walk, tensor: ProtobufSpan): void {
  let numbers = 1;
  let type = 0;
  let raw: number | undefined;
  const elsewhere = new Map<string, string>();
  for (const field of file.fields(tensor)) {
    const { number, span } = field;
    if (number === 1) for (const length of file.integers(field)) numbers = times(numbers, length);
    else if (number === 2) type = field.value;
    else if (number === 9 && span) raw = span.end - span.start;
    else if (number === 13 && span) elsewhere.set(...keyAndValue(file, span));
  }
  const bytes = times(numbers, numberBytes[type] ?? 0);
  if (elsewhere.size > 0) others.add(checkElsewhere(elsewhere, bytes, folder));
  else if (raw !== undefined && bytes > 0 && raw !== bytes) {
    throw new ProtobufError(`a tensor has ${raw} bytes where its shape needs ${bytes}`);
  }
}

function times(one: number, other: number): number {
  const product = one * other;
  if (other >= 0 && product <= MAX_NUMBERS) return product;
  throw new ProtobufError('a tensor has an absurd shape');
}

function keyAndValue(file: ProtobufFile, entry: ProtobufSpan): [string, string] {
  let [key, value] = ['', ''];
  for (const { number, span } of file.fields(entry)) {
    if (number === 1 && span) key = file.text(span);
    else if (number === 2 && span) value = file.text(span);
  }
  return [key, value];
}

/** @returns the file that holds the weights */
function checkElsewhere(entries: ReadonlyMap<string, string>, bytes: number, folder: string): string {
  const location = entries.get('location') ?? '';
  if (
    location === '' ||
    isAbsolute(location) ||
    /^[A-Za-z]:/.test(location) ||
    location.split(/[\\/]/).includes('..')
  ) {
    throw new ProtobufError(`weights are said to be in '${location}', which is not in the model's folder`);
  }
  const other = join(folder, location);
  const found = statSync(other, { throwIfNoEntry: false });
  if (!found?.isFile()) throw new ProtobufError(`the file '${location}' with its weights is missing`);
  const offset = wholeNumber(entries.get('offset') ?? '0');
  const length = wholeNumber(entries.get('length') ?? String(Math.max(0, found.size - offset)));
  if (offset + length > found.size) throw new ProtobufError(`weights reach past the end of '${location}'`);
  if (bytes > 0 && length < bytes)
    throw new ProtobufError(`'${location}' has ${length} bytes for a tensor of ${bytes}`);
  return other;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new ProtobufError(`'${text}' is not a place in a file`);
}
