import { mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { writeContainer } from '@sluice/files';
import { nodeDirectory } from '@sluice/files/node';
import { Bm25IndexBuilder, englishAnalyzer, FieldsIndexBuilder, saveBm25, saveFields } from '@sluice/retrievers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../main.js';
import { recordedTerminal } from '../terminal/recorded-terminal.fixture.js';

let folder = '';

async function sluice(command: string) {
  const terminal = recordedTerminal();
  const args = command.split(' ').map((word) => word.replace(/^@/, `${folder}/`));
  const exitCode = await run(['node', 'sluice', ...args], terminal, new AbortController().signal);
  return { exitCode, ...terminal.written };
}

async function output(command: string): Promise<string> {
  const { exitCode, out, err } = await sluice(command);
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
  return out;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-'));
  await mkdir(`${folder}/docs`);
  await writeFile(`${folder}/docs/a.md`, '# Weirs\n\nA weir raises the river.\n');
  await writeFile(`${folder}/docs/b.txt`, 'A lock lifts boats over a weir.\n');
  await output('index @docs --out @idx -m none');
});
afterAll(() => rm(folder, { recursive: true }));

describe('a Common Index File', () => {
  it('takes an index to another folder, where it answers alike', async () => {
    expect(await output('export ciff @idx --out @idx.ciff')).toMatch(/^Wrote [\d,]+ bytes to .*idx\.ciff\.\n$/);
    const imported = await output('import ciff @idx.ciff --out @bare --json');
    expect(JSON.parse(imported)).toEqual({
      documents: 2,
      texts: 0,
      description: 'Sluice, analyzer english/lucene-9.9',
    });
    const scores = async (index: string): Promise<unknown> => {
      const { passages } = JSON.parse(await output(`search ${index} weir river -p bm25 --json`));
      return passages.map(({ id, score }: { id: string; score: number }) => [id, score]);
    };
    expect(await scores('@bare')).toEqual(await scores('@idx'));
  });

  it('may be packed, and gets texts from where they are', async () => {
    await writeFile(`${folder}/idx.ciff.gz`, gzipSync(await readFile(`${folder}/idx.ciff`)));
    expect(await output('import ciff @idx.ciff.gz --out @whole --documents @docs')).toMatch(
      /^Imported 2 documents into .*whole, 2 with their texts\.\n$/,
    );
    expect(await output('search @whole boats -p bm25')).toContain('A lock lifts boats');
    expect((await sluice('import ciff @idx.ciff.gz --out @whole')).err).toMatch(/--force/);
    await output('import ciff @idx.ciff.gz --out @whole --force');
  });

  it('that is cut off is refused by name, and nothing is left', async () => {
    await writeFile(`${folder}/cut.ciff`, await readFile(`${folder}/idx.ciff`));
    await truncate(`${folder}/cut.ciff`, 100);
    const { exitCode, err } = await sluice('import ciff @cut.ciff --out @nothing');
    expect(exitCode).toBe(2);
    expect(err).toMatch(/cut\.ciff: at byte \d+, it ends within/);
    expect((await sluice('search @nothing weir')).err).toMatch(/no collection/);
  });
});

describe('inspect', () => {
  it('shows what a collection holds', async () => {
    const shown = await output('inspect @idx --top 2');
    expect(shown).toMatch(/^2 documents in 1 segment, commit 1, [\d,]+ bytes\n/);
    expect(shown).toMatch(/^bm25 +bm25 +[\d,]+ +8 +\d+\.\d\d +english\/lucene-9\.9$/m);
    expect(shown).toMatch(/bm25: 7 terms \(6 in one document\), 8 postings, 9 tokens; 2 documents/);
    expect(shown).toMatch(/^weir +2 +3 +0\.182$/m);
  });

  it('gives the same as JSON', async () => {
    const { collection, parts, terms } = JSON.parse(await output('inspect @idx --json'));
    expect(collection).toMatchObject({ documents: 2, segments: 1, generation: 1 });
    expect(parts).toEqual([
      expect.objectContaining({ name: 'bm25', kind: 'bm25', postings: 8, fingerprint: 'english/lucene-9.9' }),
    ]);
    expect(terms.bm25).toMatchObject({ terms: 7, tokens: 9, averageLength: 4.5, longestTermBytes: 5 });
    expect(terms.bm25.topTerms[0]).toMatchObject({ term: 'weir', documentFrequency: 2, collectionFrequency: 3 });
  });

  it('reads single files, field by field, and refuses others', async () => {
    const directory = nodeDirectory(folder);
    const [fields, plain] = [
      new FieldsIndexBuilder(englishAnalyzer(), ['title', 'text']),
      new Bm25IndexBuilder({ name: 'whole', fingerprint: 'whole', analyze: (text) => [text] }),
    ];
    fields.add(0, { title: 'Weirs', text: 'They raise rivers, the rivers.' });
    plain.add(0, 'weir \u001b[2J');
    await writeContainer(directory, 'fields.bm25f', saveFields(fields.build()));
    await writeContainer(directory, 'plain.bm25', saveBm25(plain.build()));
    const { terms } = JSON.parse(await output('inspect @fields.bm25f --json'));
    expect([terms.title.tokens, terms.text.tokens]).toEqual([1, 3]);
    const shown = await output('inspect @plain.bm25');
    expect(shown).toContain('weir \ufffd[2J');
    expect(shown).not.toContain('\u001b');
    for (const [place, message] of [
      ['@idx.ciff', /idx\.ciff/],
      ['@nope', /no collection/],
      ['@docs', /no collection/],
    ] as const) {
      const { exitCode, err } = await sluice(`inspect ${place}`);
      expect(exitCode).not.toBe(0);
      expect(err).toMatch(message);
    }
  });
});
