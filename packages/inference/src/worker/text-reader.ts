import type { HeadSpec } from '../folder/head-spec.js';
import type { TransformerFolder } from '../folder/model-folder.js';
import { loadTokenizer } from '../tokenizer/load-tokenizer.js';
import type { TextColumns } from '../tokenizer/text-columns.js';
import type { TextTokenizer } from '../tokenizer/text-tokenizer.js';
import { TokenCollector, TokenMark, type TokenSequences } from '../tokenizer/token-sequences.js';
import { readVocabulary } from '../tokenizer/vocabulary.js';
import { openPairReader } from './pair-reader.js';
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
  if (spec.kind === 'pairs') return openPairReader(folder);
  const tokenizer = await loadTokenizer(folder);
  if (spec.kind === 'pooled' && spec.promptTokens === 'left out') return readerBesidePrompts(tokenizer);
  return {
    read({ texts }) {
      const collector = new TokenCollector(texts.length);
      for (const text of texts) tokenizer.encode(text, collector);
      return collector.finish();
    },
  };
}

/** Marks the tokens of prompts as read without a part in the result. */
function readerBesidePrompts(tokenizer: TextTokenizer): TextReader {
  return {
    read({ texts, prompts }) {
      const collector = new TokenCollector(texts.length);
      const lengths = new Map<string, number>([['', 0]]);
      texts.forEach((text, at) => {
        const prompt = prompts[at] ?? '';
        const length = lengths.get(prompt) ?? promptTokens(tokenizer, prompt);
        lengths.set(prompt, length);
        tokenizer.encode(text, collector);
        if (length > 0) collector.markBeginning(length, TokenMark.unscored);
      });
      return collector.finish();
    },
  };
}

/** Tokens of a prompt alone but for one at its end, as sentence-transformers counts: what stands before it counts too. */
function promptTokens(tokenizer: TextTokenizer, prompt: string): number {
  const collector = new TokenCollector(1);
  tokenizer.encode(prompt, collector);
  return collector.finish().ids.length - (tokenizer.special.suffix.length > 0 ? 1 : 0);
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
