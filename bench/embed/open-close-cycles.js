// Opens a model, encodes, and closes it, again and again; prints the resident memory after each as JSON.
// Arguments: the model's folder, where it runs, how often.
import { transformerEmbedder } from '@sluice/embedders';

const [, , model, isolation, cycles] = process.argv;
const texts = Array.from({ length: 64 }, (_, at) =>
  'the tides of the moon and the harbour '.repeat(1 + ((at * 7) % 20)),
);
const start = resident();
const open = [];
const closed = [];
for (let cycle = 0; cycle < Number(cycles); cycle++) {
  const embedder = await transformerEmbedder({ model, isolation });
  await embedder.encodeDocuments(texts);
  open.push(resident());
  await embedder.close();
  closed.push(resident());
}
process.stdout.write(JSON.stringify({ start, open, closed }));

/** MiB of this process, without what waits to be collected. */
function resident() {
  globalThis.gc();
  return Math.round(process.memoryUsage.rss() / 2 ** 20);
}
