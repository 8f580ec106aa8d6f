import type { HeadSpec } from '../folder/head-spec.js';
import type { TransformerFolder } from '../folder/model-folder.js';
import { loadTokenizer } from '../tokenizer/load-tokenizer.js';
import type { TextColumns } from '../tokenizer/text-columns.js';
import { TokenCollector, type TokenSequences } from '../tokenizer/token-sequences.js';
import { readVocabulary } from '../tokenizer/vocabulary.js';
import { openRuleReader, type RuleReader } from './rule-reader.js';

/** Turns texts into what a model runs on. */
export interface TextReader {
  /** Token ids of each text, special tokens included, cut to what the model takes. */
  read(columns: TextColumns): TokenSequences;
}

/**
 * The reader that a head needs: most read all texts alike, one with token vectors has a rule for each task.
 *
 * @throws {ModelFileError} the tokenizer's files are broken
 */
export async function openTextReader(spec: HeadSpec, folder: TransformerFolder): Promise<TextReader> {
  if (spec.kind === 'token vectors') {
    const vocabulary = await readVocabulary(folder.tokenizerFile);
    const readers = {
      query: await openRuleReader(spec.queries, folder, vocabulary),
      document: await openRuleReader(spec.documents, folder, vocabulary),
    };
    return readerByTask(readers);
  }
  const tokenizer = await loadTokenizer(folder);
  return {
    read({ texts }) {
      const collector = new TokenCollector(texts.length);
      for (const text of texts) tokenizer.encode(text, collector);
      return collector.finish();
    },
  };
}

function readerByTask(readers: Readonly<Record<TextColumns['tasks'][number], RuleReader>>): TextReader {
  return {
    read({ texts, tasks }) {
      const collector = new TokenCollector(texts.length);
      texts.forEach((text, at) => {
        readers[tasks[at] ?? 'document'].read(text, collector);
      });
      return collector.finish();
    },
  };
}
