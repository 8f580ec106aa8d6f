import { chmod, cp, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A copy of a model's folder whose graph says that it is of IR version 8, the last that ONNX Runtime 1.14 reads. What
 * these graphs are made of is older than that; only the number is newer.
 */
export async function olderModel(folder: string): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'sluice-older-'));
  for (const name of ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'modules.json', '1_Pooling']) {
    await cp(join(folder, name), join(copy, name), { recursive: true });
  }
  for (const name of ['sentence_bert_config.json', 'config_sentence_transformers.json', 'onnx/model.onnx']) {
    await cp(join(folder, name), join(copy, name));
    await chmod(join(copy, name), 0o644);
  }
  const graph = join(copy, 'onnx/model.onnx');
  const bytes = await readFile(graph);
  // ModelProto begins with field 1, ir_version, a varint of one byte.
  if (bytes[0] !== 0x08) throw new Error('The graph does not begin with its IR version.');
  bytes[1] = 8;
  await writeFile(graph, bytes);
  return copy;
}
