import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { englishAnalyzer, openTermReader } from '@sluice/retrievers';
import { expect, it } from 'vitest';
import { describeWithShared } from '../shared.js';

describeWithShared('the English analyzer equals Lucene 9.9.2', (shared) => {
  const file = `${shared}/golden/lucene-english-analyzer/pairs.jsonl.gz`;

  it('in the tokens of 59,741 queries, by analyze and by its reader', () => {
    const english = englishAnalyzer();
    const terms: string[] = [];
    const reader = openTermReader(english, (term) => terms.push(term) - 1);
    const different: string[] = [];
    const lines = gunzipSync(readFileSync(file)).toString('utf8').trimEnd().split('\n');
    for (const line of lines) {
      const { id, text, tokens }: { id: string; text: string; tokens: string[] } = JSON.parse(line);
      const expected = tokens.join('\n');
      const read: string[] = [];
      for (let at = 0; at < text.length; ) {
        at = reader.read(text, at);
        for (const term of reader.terms.subarray(0, reader.count)) read.push(terms[term] ?? '?');
      }
      if (english.analyze(text).join('\n') !== expected || read.join('\n') !== expected) different.push(id);
    }
    expect(lines).toHaveLength(59_741);
    expect(different).toEqual([]);
  });
});
