import { parentPort, workerData } from 'node:worker_threads';
import { importOnnxRuntime } from '../worker/import-onnx-runtime.js';
import { whileRunning } from '../worker/run-state.js';
import { RANGE } from './probed-maps.js';
import type { RangeReply, RangeRequest, RangeStart } from './range-link.js';

// The entry of a thread that runs a probed graph: nothing imports it.
if (parentPort) serve(parentPort, workerData);

function serve(port: NonNullable<typeof parentPort>, { graph, threads, runState }: RangeStart): void {
  const opening = whileRunning(runState, async () => {
    const runtime = await importOnnxRuntime();
    const options = { intraOpNumThreads: threads, interOpNumThreads: 1, logSeverityLevel: 4 } as const;
    return { runtime, session: await runtime.InferenceSession.create(graph, options) };
  });
  const ranges: Float32Array[] = [];
  const answer = async (request: RangeRequest): Promise<RangeReply> => {
    const { runtime, session } = await opening;
    if (request.kind === 'ranges') return { kind: 'ranges', ranges };
    if (request.kind === 'close') {
      await whileRunning(runState, () => session.release());
      return { kind: 'closed' };
    }
    const dims = [1, request.ids.length];
    const mask = new Int32Array(request.ids.length).fill(1);
    // As in a pair: the second half is of the second type.
    const types = mask.map((_, at) => Number(at >= mask.length / 2));
    const given = { input_ids: request.ids, attention_mask: mask, token_type_ids: types };
    const feeds = Object.fromEntries(
      Object.entries(given)
        .filter(([name]) => session.inputNames.includes(name))
        .map(([name, values]) => [name, new runtime.Tensor('int32', values, dims)]),
    );
    const names = session.outputNames.filter((name) => name.startsWith(RANGE));
    const outputs = await whileRunning(runState, () => session.run(feeds, names));
    for (const name of names) merge(ranges, Number(name.slice(RANGE.length)), outputs[name]?.data);
    return { kind: 'done' };
  };
  port.on('message', (request: RangeRequest) => {
    answer(request)
      .catch(
        (error): RangeReply => ({ kind: 'failed', message: error instanceof Error ? error.message : String(error) }),
      )
      .then((reply) => {
        port.postMessage(reply);
        if (request.kind === 'close') port.close();
      });
  });
}

function merge(ranges: Float32Array[], at: number, data: unknown): void {
  if (!(data instanceof Float32Array)) throw new Error('a range is not float32');
  const before = ranges[at];
  ranges[at] = before ? before.map((size, column) => Math.max(size, data[column] ?? 0)) : data.slice();
}
