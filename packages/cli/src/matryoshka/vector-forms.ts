import { type Matrix, type OnProgress, paced } from '@sluice/core';
import { fitRotation, type LinearMap, mapRows, trainTldr } from '@sluice/embedders';
import { binaryForm } from './binary-form.js';
import type { EncodedCollection } from './encoded-collection.js';
import { floatForm, type KeptAs } from './float-form.js';
import type { FormName, MakeForm, VectorForm } from './vector-form.js';

/** Which forms are made. */
export interface FormOptions {
  /** Below the model's own. */
  readonly widths: readonly number[];
  /** Documents that maps are fitted on, at most. */
  readonly sample: number;
  readonly seed: number;
  /** Whether a map is trained for each width too: minutes. */
  readonly tldr: 'trained' | 'left-out';
  readonly onProgress: OnProgress;
}

/** Full vectors, then each width cut, rotated and, where asked, mapped by TLDR, then full width in fewer bytes. */
export function vectorForms(collection: EncodedCollection, options: FormOptions): MakeForm[] {
  const { documents, queryVectors } = collection;
  const rotation = once((signal) => fitRotation(documents, { ...fitOptions(options), signal }));
  const cut =
    (width: number): MakeForm =>
    async () =>
      floatForm('truncated', collection, truncated(documents, width), truncated(queryVectors, width));
  const rotated =
    (width: number): MakeForm =>
    async (signal) =>
      mappedForm('rotated', collection, await rotation(signal), width, signal);
  const trained =
    (width: number): MakeForm =>
    async (signal) => {
      const { map } = await trainTldr(documents, {
        dimensions: width,
        seed: options.seed,
        onProgress: options.onProgress,
        signal,
      });
      return mappedForm('tldr', collection, map, width, signal);
    };
  const stored =
    (keptAs: Exclude<KeptAs, 'float32'>): MakeForm =>
    async () =>
      floatForm(keptAs, collection, documents, queryVectors, keptAs);
  return [
    async () => floatForm('full', collection, documents, queryVectors),
    ...options.widths.map(cut),
    ...options.widths.map(rotated),
    ...(options.tldr === 'trained' ? options.widths.map(trained) : []),
    ...(['float16', 'int8', 'binary+int8'] as const).map(stored),
    (signal) => binaryForm(collection, signal),
  ];
}

function fitOptions({ sample, seed, onProgress }: FormOptions): Pick<FormOptions, 'sample' | 'seed' | 'onProgress'> {
  return { sample, seed, onProgress };
}

async function mappedForm(
  name: FormName,
  collection: EncodedCollection,
  map: LinearMap,
  width: number,
  signal: AbortSignal,
): Promise<VectorForm> {
  const length = collection.similarity === 'cosine' ? 'unit' : 'own';
  const [documents, queries] = [
    await paced(mapRows(collection.documents, map, width, length), signal),
    await paced(mapRows(collection.queryVectors, map, width, length), signal),
  ];
  return floatForm(name, collection, documents, queries);
}

/** Leading columns; the index brings them to length 1 where cosines are compared. */
function truncated({ data, rows, columns }: Matrix, width: number): Matrix {
  const kept = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) kept.set(data.subarray(row * columns, row * columns + width), row * width);
  return { data: kept, rows, columns: width };
}

/** Fits at the first call, for all. */
function once<Value>(make: (signal: AbortSignal) => Promise<Value>): (signal: AbortSignal) => Promise<Value> {
  let made: Promise<Value> | undefined;
  return (signal) => {
    made ??= make(signal);
    return made;
  };
}
