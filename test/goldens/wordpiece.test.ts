import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { TokenCollector, WordPiece } from '@sluice/inference/wordpiece';
import { expect, it } from 'vitest';
import { describeWithShared } from '../shared.js';

describeWithShared('WordPiece against bert-base-uncased', (shared) => {
  it('gives 59,741 of 59,741 token sequences', () => {
    const tokens = readFileSync(`${shared}/models/bert-base-uncased-tokenizer/vocab.txt`, 'utf8').trimEnd().split('\n');
    const tokenizer = new WordPiece({
      vocabulary: new Map(tokens.map((token, id) => [token, id])),
      normalization: { casing: 'lowered', accents: 'stripped', ideographs: 'spaced' },
      unknownToken: '[UNK]',
      continuationPrefix: '##',
      maxWordLength: 100,
    });
    const lines = gunzipSync(readFileSync(`${shared}/golden/bert-wordpiece/pairs.jsonl.gz`))
      .toString()
      .trimEnd()
      .split('\n');
    const different = lines.filter((line) => {
      const { text, tokens: expected }: { text: string; tokens: string[] } = JSON.parse(line);
      const collector = new TokenCollector(1);
      tokenizer.encode(text, collector);
      return Array.from(collector.current, (id) => tokens[id]).join(' ') !== expected.join(' ');
    });
    expect(lines).toHaveLength(59_741);
    expect(different).toEqual([]);
  });
});
