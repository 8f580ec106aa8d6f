import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

const punctuation = [...'!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'];

/**
 * A late interaction model of an encoder's own token states: no projection, no length, no training for MaxSim. What it
 * finds is what any sentence encoder has in it.
 *
 * @param {string} encoder folder of a sentence-transformers model
 * @param {string} folder made
 * @param {'all' | 'words'} tokens of documents that have vectors: all, or those that are not punctuation
 */
export async function writeTokenModel(encoder, folder, tokens) {
  await mkdir(join(folder, '1_Mask'), { recursive: true });
  for (const name of [
    'config.json',
    'tokenizer.json',
    'tokenizer_config.json',
    'special_tokens_map.json',
    'vocab.txt',
  ]) {
    await cp(join(encoder, name), join(folder, name), { force: true });
  }
  await symlink(resolve(encoder, 'onnx'), join(folder, 'onnx')).catch((error) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const write = (name, value) => writeFile(join(folder, name), `${JSON.stringify(value, null, 2)}\n`);
  await write('sentence_bert_config.json', { max_seq_length: 256, do_lower_case: false });
  await write('modules.json', [
    { idx: 0, name: '0', path: '', type: 'sentence_transformers.models.Transformer' },
    { idx: 1, name: '1', path: '1_Mask', type: 'sentence_transformers.multi_vector_encoder.modules.MultiVectorMask' },
  ]);
  await write('1_Mask/config.json', { skiplist_words: tokens === 'words' ? punctuation : [] });
}
