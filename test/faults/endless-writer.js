// Commits one segment after another until it is killed. Every operation on the folder is announced on a line before it
// is done, and every commit after it: `commit 7`.
import { nodeDirectory } from '@sluice/files/node';
import { openStoreWriter } from '@sluice/store';

const [folder = '', perSegment = '1'] = process.argv.slice(2);

const announced = (target) =>
  new Proxy(target, {
    get: (object, method) => {
      const value = Reflect.get(object, method);
      if (typeof value !== 'function') return value;
      return async (...values) => {
        process.stdout.write(`${method}\n`);
        const result = await value.apply(object, values);
        return method === 'create' ? announced(result) : result;
      };
    },
  });

const writer = await openStoreWriter(announced(nodeDirectory(folder)));
for (;;) {
  const generation = writer.generation + 1;
  const segment = await writer.addSegment();
  const documents = Array.from({ length: Number(perSegment) }, (_, at) => {
    const id = `${generation}-${at}`;
    return { id, text: `text of ${id} `.repeat(500) };
  });
  await segment.add(documents);
  const blocks = { bytes: new Uint8Array(200_000).fill(generation) };
  await segment.attach('sample', { kind: 'sample', version: 1, header: generation, blocks });
  process.stdout.write(`commit ${await writer.commit()}\n`);
}
