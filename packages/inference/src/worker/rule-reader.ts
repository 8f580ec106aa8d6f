import { ModelFileError } from '../errors/model-file-error.js';
import type { TokenRule } from '../folder/head-spec.js';
import type { TransformerFolder } from '../folder/model-folder.js';
import { loadTokenizer } from '../tokenizer/load-tokenizer.js';
import { TokenCollector, TokenMark } from '../tokenizer/token-sequences.js';
import { readMaskToken, type Vocabulary } from '../tokenizer/vocabulary.js';

/** Turns texts into tokens by the rule of their kind. */
export interface RuleReader {
  /** Adds the tokens of `text` to `into`, as one text, marked. */
  read(text: string, into: TokenCollector): void;
}

/**
 * A reader for one kind of text: prompt, limit, filling up, and which tokens have vectors.
 *
 * @throws {ModelFileError} the tokenizer's files are broken, or lack the token that texts are filled up with
 */
export async function openRuleReader(
  rule: TokenRule,
  folder: TransformerFolder,
  vocabulary: Vocabulary,
): Promise<RuleReader> {
  const { marker, prompt } = splitMarker(rule, vocabulary);
  const maxTokens = rule.maxTokens - marker.length;
  const tokenizer = await loadTokenizer({ ...folder, maxTokens });
  const fill = await fillOf(rule, folder, vocabulary);
  const skipped = new Set(rule.skipped.flatMap((token) => vocabulary.idOf(token) ?? []));
  const leading = tokenizer.special.prefix.length;
  return {
    read(text, into) {
      const collector = new TokenCollector(1);
      tokenizer.encode(prompt + text, collector);
      const { ids } = collector.finish();
      let scored = 0;
      const push = (id: number, mark = 0): void => {
        into.push(id, mark | markOf(id, scored));
        if (!skipped.has(id)) scored += 1;
      };
      for (const id of ids.subarray(0, leading)) push(id);
      for (const id of marker) push(id);
      for (const id of ids.subarray(leading)) push(id);
      while (fill && into.currentLength < fill.length) push(fill.id, fill.mark);
      into.endText();
    },
  };

  function markOf(id: number, scored: number): number {
    if (skipped.has(id)) return TokenMark.unscored;
    return rule.merging && scored >= rule.merging.protectedTokens ? TokenMark.mergeable : 0;
  }
}

/** The marker's id, if it is a token, and what is put before a text besides it. */
function splitMarker(rule: TokenRule, vocabulary: Vocabulary): { marker: readonly number[]; prompt: string } {
  const [word = ''] = rule.marker.trimStart().split(/\s/, 1);
  for (const token of [rule.marker, word]) {
    const id = token === '' ? undefined : vocabulary.idOf(token);
    if (id === undefined) continue;
    return { marker: [id], prompt: rule.marker.slice(rule.marker.indexOf(token) + token.length) + rule.prompt };
  }
  return { marker: [], prompt: rule.marker + rule.prompt };
}

/** What texts are filled up with, and to which length. */
interface Fill {
  readonly id: number;
  readonly length: number;
  readonly mark: number;
}

async function fillOf(
  { expansion }: TokenRule,
  { folder, tokenizerFile }: TransformerFolder,
  vocabulary: Vocabulary,
): Promise<Fill | undefined> {
  if (!expansion) return undefined;
  const token = expansion.token ?? (await readMaskToken(folder));
  const id = token === undefined ? undefined : vocabulary.idOf(token);
  if (id === undefined) {
    throw new ModelFileError({
      file: tokenizerFile,
      problem: `queries are filled up with ${token ?? 'a mask token'}, which the vocabulary lacks`,
    });
  }
  return { id, length: expansion.length, mark: expansion.attention === 'unattended' ? TokenMark.unattended : 0 };
}
