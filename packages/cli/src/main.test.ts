import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from './main.js';
import { recordedTerminal } from './terminal/recorded-terminal.fixture.js';

const SECRET = 'zanzibar';
let folder = '';
const lateModel = fileURLToPath(new URL('../../embedders/src/multi-vector/fixtures/pylate', import.meta.url));

async function sluice(command: string, signal: AbortSignal = new AbortController().signal) {
  const terminal = recordedTerminal();
  const words = command.match(/'[^']*'|\S+/g) ?? [];
  const args = words.map((word) => word.replace(/^'(.*)'$/, '$1').replace(/^@/, `${folder}/`));
  const exitCode = await run(['node', 'sluice', ...args], terminal, signal);
  return { exitCode, ...terminal.written };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-'));
  await mkdir(`${folder}/docs/sub`, { recursive: true });
  await mkdir(`${folder}/empty`);
  await mkdir(`${folder}/latin1`);
  await mkdir(`${folder}/beir/qrels`, { recursive: true });
  const files: Record<string, string | Uint8Array> = {
    'docs/a.md': '# Weirs\n\nA weir raises the river.\n',
    'docs/sub/b.txt': 'A lock lifts boats.\n',
    'latin1/a.txt': Uint8Array.of(0x63, 0x61, 0x66, 0xe9),
    'broken.jsonl': `{"_id":"a","text":"${SECRET}"}\n{"_id":"b","text":"${SECRET}\n`,
    'twice.jsonl': `{"_id":"a","text":"${SECRET}"}\n{"_id":"a","text":"x"}\n`,
    'empty.jsonl': '',
    'rows.tsv': 'a\tone\nb\n',
    'queries.jsonl': '{"_id":"q1","text":"river"}\n',
    'run.trec': 'q1 Q0 a 1 2.5 tag\n',
    'qrels.tsv': 'query-id\tcorpus-id\tscore\nq1\ta\t1\n',
    'notyaml.yaml': 'a: [b',
    'text.yaml': 'just words',
    'unknown.yaml': 'type: nope',
    'option.json': '{"type":"bm25","k1":-1}',
    'dense.yaml': 'type: dense',
    'splade.yaml': 'type: splade',
    'bm25f.yaml': 'type: bm25f',
    // The shorter one is better while title and text are one.
    'beir/corpus.jsonl':
      '{"_id":"a","title":"River","text":"It has many bends, banks, bars and other things."}\n{"_id":"b","text":"a river"}\n',
    'beir/queries.jsonl': '{"_id":"q1","text":"river"}\n',
    'beir/qrels/test.tsv': 'query-id\tcorpus-id\tscore\nq1\ta\t1\n',
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  expect(await sluice('index @docs --out @idx --model none')).toMatchObject({ exitCode: 0, err: '' });
});
afterAll(() => rm(folder, { recursive: true }));

describe('mistakes are told by name, with what to do, without a stack, with exit code 2', () => {
  it.each([
    ['nope', /unknown command/],
    ['index @docs', /--out/],
    ["index '' --out @x", /empty/],
    ["index @docs --out ''", /empty/],
    ['index @nope --out @x -m none', /no such file or folder/],
    ['index @empty --out @x -m none', /no text in it/],
    ['index @empty.jsonl --out @x -m none', /no text in it/],
    ['index @docs/a.md --out @x -m none', /\.jsonl or \.tsv/],
    ['index @latin1 --out @x -m none', /a\.txt: .*UTF-8/],
    ['index @broken.jsonl --out @x -m none', /broken\.jsonl:2/],
    ['index @twice.jsonl --out @x -m none', /twice\.jsonl:2: the id 'a'/],
    ['index @rows.tsv --out @x -m none', /rows\.tsv:2/],
    ['index @docs --out @idx -m none', /not empty.*--force/],
    ['index @docs --out @docs -m none --force', /'a\.md'.*--force replaces an index/],
    ['index @docs --out @run.trec -m none', /run\.trec is a file/],
    ['index @docs --out @x -m @nope', /no such model/],
    ['index @docs --out @x -m none --precision float8', /float32, int8/],
    ['index @docs --out @x -m none -p @option.json', /option\.json: bm25: .*k1/],
    ['index @docs --out @x -m none -p @dense.yaml', /dense\.yaml: .*without vectors/],
    ['index @docs --out @x -m none --fields title=0', /above 0 to 1000/],
    ['index @docs --out @x -m none --fields title=2,title=3', /each once/],
    ['index @docs --out @x -m none --fields =2', /names with weights/],
    ['eval @beir -m none -p bm25 --fields text=', /names with weights/],
    ['search @idx river -p @bm25f.yaml', /bm25f\.yaml: bm25f: .*without fields.*--fields/],
    ['search @nope river', /no collection.*sluice index/],
    ['search @docs river', /no collection/],
    ['search @run.trec river', /is a file/],
    ["search @idx ' '", /query: it is empty/],
    ['search @idx river -k 0', /from 1 up/],
    ['search @idx river -k 1.5', /from 1 up/],
    ['search @idx river -p nope', /no 'nope'; the collection has bm25/],
    ['search @idx river -p hybrid', /without vectors/],
    ['search @idx river -p @missing.yaml', /missing\.yaml does not exist/],
    ['search @idx river -p @notyaml.yaml', /neither YAML nor JSON/],
    ['search @idx river -p @text.yaml', /not a pipeline/],
    ['search @idx river -p @unknown.yaml', /unknown\.yaml: .*'nope'.*known: bm25/],
    ['search @idx river --filter {', /--filter: it is not JSON/],
    ['search @idx river --filter \'{"near":[1,2]}\'', /'near' is not an operator/],
    ['run @idx --queries @nope --out @r', /nope/],
    ['run @idx --queries @queries.jsonl --out @no/r', /there is no folder/],
    ['run @idx --queries @queries.jsonl --out @docs', /it is a folder/],
    ['score @run.trec @qrels.tsv -m nope@10', /'nope' is not known/],
    ['score @qrels.tsv @run.trec', /run\.trec:1/],
    ['score @nope @qrels.tsv', /nope/],
    ['compare @qrels.tsv @run.trec --baseline x', /no system 'x'/],
    ['eval @nope -m none -p bm25', /no such folder/],
    ['eval @beir -m none -p splade', /no 'splade'.*has bm25; .*without sparse vectors.*--sparse/],
    ['eval @beir -m none -p bm25,threefold', /without vectors.*--model/],
    ['eval @beir -m none -p @splade.yaml', /splade\.yaml: splade: .*without sparse vectors.*--sparse/],
    ['index @docs --out @x -m none -p lexical', /without sparse vectors.*--sparse/],
    ['search @idx river -p splade', /without sparse vectors.*--sparse/],
    ['eval @docs -m none -p bm25', /corpus\.jsonl/],
    ['eval @nope -m none -p bm25 --baseline dense', /'dense' is not one of the pipelines bm25/],
    ['eval @nope -m none -p bm25 --measures nope', /'nope' is not known/],
    ['tune @nope --measure nope', /'nope' is not known/],
    ['check @docs', /no collection/],
  ])('sluice %s', async (command, message) => {
    const before = await readdir(folder);
    const { exitCode, out, err } = await sluice(command);
    expect(err).toMatch(message);
    expect(err).not.toMatch(/^\s+at /m);
    expect(err).not.toContain(SECRET);
    expect(out).toBe('');
    expect(exitCode).toBe(2);
    expect(await readdir(folder)).toEqual(before);
  });
});

it('a filter on a field that no document has is told on standard error, and changes no answer', async () => {
  const asked = `search @idx river --json --filter`;
  const misspelled = await sluice(`${asked} '{"eq":["pth","a.md"]}'`);
  expect(misspelled.err).toBe(
    "--filter: no document has the field 'pth'. Did you mean 'path'? There are: path, heading, line.\n",
  );
  expect({ exitCode: misspelled.exitCode, ...JSON.parse(misspelled.out) }).toEqual({ exitCode: 0, passages: [] });
  expect((await sluice(`${asked} '{"eq":["path","a.md"]}'`)).err).toBe('');
});

it('weighs words by field, and tells of a field without words', async () => {
  const indexed = await sluice('index @docs --out @weighed -m none --fields title=2.5,text,titel=3');
  expect(indexed).toMatchObject({ exitCode: 0, err: "--fields: no document has a word in the field 'titel'.\n" });
  const found = JSON.parse((await sluice('search @weighed weirs --json')).out);
  expect(found.passages.map(({ id }: { id: string }) => id)).toEqual(['a.md#weirs']);
  const parts = JSON.parse((await sluice('inspect @weighed --json')).out);
  expect(Object.keys(parts.terms)).toEqual(['title', 'text', 'titel']);
  expect((await sluice('search @weighed river -p @bm25f.yaml')).exitCode).toBe(0);
  const [plain, weighed] = [
    await sluice('eval @beir -m none -p bm25 --json'),
    await sluice('eval @beir -m none -p bm25 --fields title=9,text --json'),
  ];
  const measured = [plain, weighed].map(({ out }) => JSON.parse(out).systems[0].summary['RR@10']);
  expect(measured).toEqual([0.5, 1]);
});

it('a run and a search rerank with a late interaction model, by a pipeline file or by --rerank', async () => {
  const by = { type: 'late-interaction', model: lateModel };
  const stages = [{ type: 'bm25' }, { type: 'rerank', by, depth: 5 }];
  await writeFile(`${folder}/late.json`, JSON.stringify({ type: 'pipeline', stages }));
  const command = 'run @idx --queries @queries.jsonl --out @late.trec -p @late.json --json';
  expect(JSON.parse((await sluice(command)).out)).toMatchObject({ tag: 'late', queries: 1, results: 1 });
  const [, , document, , score] = (await readFile(`${folder}/late.trec`, 'utf8')).trim().split(/\s+/);
  const { out } = await sluice(`search @idx river -p bm25 --rerank ${lateModel} --json`);
  const [best] = JSON.parse(out).passages;
  expect(best).toMatchObject({ id: document, scale: 'maxsim', score: Math.fround(Number(score)) });
});

it('--debug adds the stack, wherever it stands', async () => {
  for (const command of ['--debug search @nope river', 'search @nope river --debug']) {
    expect((await sluice(command)).err).toMatch(/StoreNotFoundError[\s\S]+\n\s+at /);
  }
});

it('help goes to standard output and is no mistake', async () => {
  for (const command of ['--help', 'search --help', '--version']) {
    expect(await sluice(command)).toMatchObject({ exitCode: 0, err: '' });
  }
});

it('an interrupted command says so', async () => {
  const aborted = AbortSignal.abort();
  const { exitCode, err } = await sluice('index @docs --out @x -m none', aborted);
  expect({ exitCode, err }).toEqual({ exitCode: 130, err: 'Interrupted; nothing was left behind.\n' });
  expect(await readdir(folder)).not.toContain('x');
});

it('lets the options of a list stand before the arguments', async () => {
  const { exitCode, out } = await sluice("score -m RR@10,P@1 -m 'RBP(p=0.5, rel=1)' @run.trec @qrels.tsv --json");
  expect(exitCode).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ measures: { 'RR@10': 1, 'P@1': 1, 'RBP(p=0.5,rel=1)': 0.5 } });
});
