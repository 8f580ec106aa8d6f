import { type LateBytes, ProtobufMessage } from './protobuf-message.js';

/** Kinds of number in a graph, by their numbers in `TensorProto.DataType`. */
const elementTypes = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7, float16: 10 } as const;

/** Kinds of number in a graph. */
export type ElementType = keyof typeof elementTypes;

/** A tensor that belongs to the graph. */
export interface Constant {
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** Little-endian, row-major. */
  readonly bytes: LateBytes | Uint8Array;
}

/** An input or output of the graph. Axes are lengths, or names of lengths that are known when it runs. */
export interface Port {
  readonly name: string;
  readonly type: ElementType;
  readonly axes: readonly (number | string)[];
}

/** Attributes of a node: a whole `number` in `integers` and a real one in `floats`, because the format parts them. */
export interface NodeOptions {
  readonly integers?: Readonly<Record<string, number>>;
  readonly floats?: Readonly<Record<string, number>>;
  /** @default 1 */
  readonly outputs?: number;
  /** The set that the operator belongs to; `''` is the standard one. */
  readonly domain?: '' | 'com.microsoft';
}

const IR_VERSION = 8;
const OPERATOR_SET = 18;

/**
 * An ONNX graph under construction. Values are names; a node is appended after what it reads.
 *
 * Source: `onnx.proto` of the ONNX repository, for the numbers of fields.
 */
export class OnnxGraph {
  readonly #nodes: ProtobufMessage[] = [];
  readonly #constants: ProtobufMessage[] = [];
  readonly #inputs: ProtobufMessage[] = [];
  readonly #outputs: ProtobufMessage[] = [];
  #names = 0;

  /** A value that the caller supplies. */
  input(port: Port): string {
    this.#inputs.push(portMessage(port));
    return port.name;
  }

  /** A value that belongs to the model. */
  constant({ type, shape, bytes }: Constant): string {
    const name = this.#name('constant');
    const message = new ProtobufMessage();
    for (const length of shape) message.integer(1, length);
    this.#constants.push(message.integer(2, elementTypes[type]).text(8, name).bytes(9, bytes));
    return name;
  }

  /** One or a few whole numbers, as standard operators take axes and shapes. */
  integers(values: readonly number[]): string {
    const numbers = BigInt64Array.from(values, BigInt);
    return this.constant({ type: 'int64', shape: [values.length], bytes: new Uint8Array(numbers.buffer) });
  }

  /** A single real number. */
  scalar(value: number): string {
    return this.constant({ type: 'float32', shape: [], bytes: new Uint8Array(Float32Array.of(value).buffer) });
  }

  /** A standard operator with one output. An input named `''` is left out. */
  node(operator: string, inputs: readonly string[], options: NodeOptions = {}): string {
    const [output = ''] = this.nodes(operator, inputs, options);
    return output;
  }

  /** An operator with several outputs. */
  nodes(operator: string, inputs: readonly string[], options: NodeOptions): readonly string[] {
    const { outputs: count = 1, domain = '', integers = {}, floats = {} } = options;
    const outputs = Array.from({ length: count }, () => this.#name(operator));
    const message = new ProtobufMessage();
    for (const input of inputs) message.text(1, input);
    for (const output of outputs) message.text(2, output);
    message.text(3, outputs[0] ?? '').text(4, operator);
    for (const [name, value] of Object.entries(integers)) {
      message.bytes(5, new ProtobufMessage().text(1, name).integer(3, value).integer(20, 2));
    }
    for (const [name, value] of Object.entries(floats)) {
      message.bytes(5, new ProtobufMessage().text(1, name).float(2, value).integer(20, 1));
    }
    this.#nodes.push(message.text(7, domain));
    return outputs;
  }

  /** Gives a value to the caller, under the port's name. */
  output(value: string, port: Port): void {
    this.#nodes.push(new ProtobufMessage().text(1, value).text(2, port.name).text(4, 'Identity'));
    this.#outputs.push(portMessage(port));
  }

  /** The whole model. */
  finish(facts: Readonly<Record<string, string>>): ProtobufMessage {
    const graph = new ProtobufMessage();
    for (const node of this.#nodes) graph.bytes(1, node);
    graph.text(2, 'encoder');
    for (const constant of this.#constants) graph.bytes(5, constant);
    for (const input of this.#inputs) graph.bytes(11, input);
    for (const output of this.#outputs) graph.bytes(12, output);
    const model = new ProtobufMessage().integer(1, IR_VERSION).text(2, 'sluice').bytes(7, graph);
    model.bytes(8, new ProtobufMessage().text(1, '').integer(2, OPERATOR_SET));
    model.bytes(8, new ProtobufMessage().text(1, 'com.microsoft').integer(2, 1));
    for (const [key, value] of Object.entries(facts)) {
      model.bytes(14, new ProtobufMessage().text(1, key).text(2, value));
    }
    return model;
  }

  #name(kind: string): string {
    this.#names += 1;
    return `${kind}_${this.#names}`;
  }
}

function portMessage({ name, type, axes }: Port): ProtobufMessage {
  const shape = new ProtobufMessage();
  for (const axis of axes) {
    const dimension = new ProtobufMessage();
    shape.bytes(1, typeof axis === 'number' ? dimension.integer(1, axis) : dimension.text(2, axis));
  }
  const tensor = new ProtobufMessage().integer(1, elementTypes[type]).bytes(2, shape);
  return new ProtobufMessage().text(1, name).bytes(2, new ProtobufMessage().bytes(1, tensor));
}
