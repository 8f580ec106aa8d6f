import type { Similarity } from '@sluice/core';
import type { Points, Region } from '@sluice/kernels';
import { toUnitRows } from '../clustering/training-points.js';
import type { Rotation } from '../opq/rotation.js';
import type { ProductQuantizer } from './product-quantizer.js';

/** From vectors to codes: their leading columns (of unit length under cosine), turned where there is a rotation. */
export class VectorCodec {
  readonly similarity: Similarity;
  readonly quantizer: ProductQuantizer;
  readonly rotation: Rotation | undefined;

  constructor(similarity: Similarity, quantizer: ProductQuantizer, rotation: Rotation | undefined) {
    this.similarity = similarity;
    this.quantizer = quantizer;
    this.rotation = rotation;
  }

  get bytes(): number {
    return this.quantizer.bytes + (this.rotation?.bytes ?? 0);
  }

  /** Codes of vectors, `parts` bytes each. Points must not be views of the kernel memory. */
  encode(vectors: Points): Uint8Array {
    return this.quantizer.encode(this.#prepared(vectors));
  }

  /** The tables of a query: see {@link ProductQuantizer.fillTables}. */
  fillTables(query: Float32Array, tables: Region): void {
    const { data } = this.#prepared({ data: query, count: 1, stride: query.length, from: 0, width: query.length });
    this.quantizer.fillTables(data, this.similarity === 'euclidean' ? 'euclidean' : 'dot', tables);
  }

  /** Gives the kernel memory back. Nothing may be called afterwards. */
  close(): void {
    this.quantizer.close();
    this.rotation?.close();
  }

  #prepared({ data, count, stride, from, width: whole }: Points): Points {
    const { width } = this.quantizer;
    const slices = new Float32Array(count * width);
    for (let row = 0; row < count; row++) {
      const first = row * stride + from;
      slices.set(data.subarray(first, first + width), row * width);
    }
    if (this.similarity === 'cosine' && width < whole) toUnitRows(slices, width);
    const points = { data: slices, count, stride: width, from: 0, width };
    return this.rotation?.turn(points) ?? points;
  }
}
