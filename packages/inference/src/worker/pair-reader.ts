import { ModelFileError } from '../errors/model-file-error.js';
import type { TransformerFolder } from '../folder/model-folder.js';
import { loadTokenizer } from '../tokenizer/load-tokenizer.js';
import { chunkSecond, cutLongestFirst, cutSecond, type PairLengths } from '../tokenizer/pair-lengths.js';
import { type PairPart, readPairTemplate } from '../tokenizer/pair-template.js';
import type { LongPairs } from '../tokenizer/second-text.js';
import type { TextTokenizer } from '../tokenizer/text-tokenizer.js';
import { TokenCollector, TokenMark, type TokenSequences } from '../tokenizer/token-sequences.js';
import type { TextReader } from './text-reader.js';

/**
 * Reads two texts as one sequence, with the special tokens and the types that the tokenizer's template says. A pair whose
 * second text is read in chunks makes several sequences.
 *
 * @throws {ModelFileError} the tokenizer's files are broken, have no template of pairs, or it leaves no room for texts
 */
export async function openPairReader(folder: TransformerFolder): Promise<TextReader> {
  const template = await readPairTemplate(folder.tokenizerFile);
  const special = template.reduce((sum, part) => sum + (part.kind === 'special' ? part.ids.length : 0), 0);
  const room = folder.maxTokens - special;
  if (room < 2) {
    const problem = `${folder.maxTokens} tokens leave no room for two texts beside ${special} special ones`;
    throw new ModelFileError({ file: folder.tokenizerFile, problem });
  }
  // Uncut: which text is the longer decides which of them loses tokens.
  const tokenizer = await loadTokenizer({ ...folder, maxTokens: 2 ** 30, specialTokens: 'left out' });
  return {
    read({ texts, seconds = [] }) {
      const firsts = new Map<string, Int32Array>();
      const rows: PairRow[] = [];
      texts.forEach((text, owner) => {
        const { text: other = '', long = longestFirst } = seconds[owner] ?? {};
        const first = firsts.get(text) ?? tokensOf(tokenizer, text);
        firsts.set(text, first);
        const second = tokensOf(tokenizer, other);
        for (const part of stretches({ first: first.length, second: second.length }, room, long)) {
          const kept = { first: first.subarray(0, part.first), second: second.subarray(part.start, part.end) };
          rows.push({ owner, ...kept });
        }
      });
      return sequencesOf(rows, template, texts.length);
    },
  };
}

const longestFirst: LongPairs = { kind: 'longest first' };

function tokensOf(tokenizer: TextTokenizer, text: string): Int32Array {
  const collector = new TokenCollector(1);
  tokenizer.encode(text, collector);
  return collector.finish().ids;
}

/** What stays of the first text, and which tokens of the second stand beside it. */
interface Stretch {
  readonly first: number;
  readonly start: number;
  readonly end: number;
}

function stretches(lengths: PairLengths, room: number, long: LongPairs): readonly Stretch[] {
  if (long.kind === 'chunks') {
    const { first, chunks } = chunkSecond(lengths, room, long.overlap);
    return chunks.map((chunk) => ({ first, ...chunk }));
  }
  const kept = long.kind === 'second only' ? cutSecond(lengths, room) : cutLongestFirst(lengths, room);
  return [{ first: kept.first, start: 0, end: kept.second }];
}

/** One sequence to be: tokens of both texts, and the pair that it belongs to. */
interface PairRow {
  readonly owner: number;
  readonly first: Int32Array;
  readonly second: Int32Array;
}

function sequencesOf(rows: readonly PairRow[], template: readonly PairPart[], pairs: number): TokenSequences {
  const collector = new TokenCollector(rows.length);
  for (const row of rows) {
    for (const part of template) {
      const mark = part.type === 1 ? TokenMark.second : 0;
      for (const id of part.kind === 'special' ? part.ids : row[part.kind]) collector.push(id, mark);
    }
    collector.endText();
  }
  const tokens = collector.finish();
  return rows.length === pairs ? tokens : { ...tokens, owners: Uint32Array.from(rows, ({ owner }) => owner) };
}
