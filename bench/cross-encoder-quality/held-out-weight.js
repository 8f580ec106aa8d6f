import { readdir, readFile } from 'node:fs/promises';

/** Weights of the cross-encoder that are tried; the hybrid has the rest. */
const WEIGHTS = Array.from({ length: 21 }, (_, at) => at / 20);

/**
 * nDCG@10 for each weight over held-out training questions: the mean of the sources' means.
 *
 * @param folder what `training/mine-negatives.js` filled: rows with `list` are held out
 */
export async function heldOutWeights(folder, score, { queries, depth }) {
  const sources = [];
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.negatives.jsonl')).sort()) {
    const name = file.replace('.negatives.jsonl', '');
    const passages = new Map((await lines(`${folder}/${name}.passages.jsonl`)).map(({ id, text }) => [id, text]));
    const rows = (await lines(`${folder}/${file}`))
      .filter((row) => row.held_out)
      .map((row) => ({ ...row, list: row.list.slice(0, depth) }))
      .filter(
        ({ list, positives }) =>
          list.length > 10 && list.some(({ id }) => positives.some((answer) => answer.id === id)),
      );
    const scored = [];
    for (const row of rows.slice(0, queries)) {
      const pairs = row.list.map(({ id }) => ({ query: row.query, passage: passages.get(id) }));
      scored.push({ ...row, cross: [...(await score(pairs))] });
    }
    sources.push(WEIGHTS.map((weight) => mean(scored.map((row) => ndcg(row, weight)))));
    process.stderr.write(`${name}: ${scored.length} held-out lists\n`);
  }
  return WEIGHTS.map((weight, at) => ({ weight, 'nDCG@10': mean(sources.map((source) => source[at])) }));
}

function ndcg({ list, positives, cross }, weight) {
  const answers = new Set(positives.map(({ id }) => id));
  const [hybrid, other] = [zScores(list.map((item) => item.hybrid)), zScores(cross)];
  const fused = list.map(({ id }, at) => ({ id, score: (1 - weight) * hybrid[at] + weight * other[at] }));
  fused.sort((left, right) => right.score - left.score);
  const gain = (rank) => 1 / Math.log2(rank + 2);
  const found = fused.slice(0, 10).reduce((sum, { id }, rank) => sum + (answers.has(id) ? gain(rank) : 0), 0);
  const best = Array.from({ length: Math.min(10, answers.size) }, (_, rank) => gain(rank));
  return found / best.reduce((sum, value) => sum + value, 0);
}

function zScores(scores) {
  const center = mean(scores);
  const deviation = Math.sqrt(mean(scores.map((score) => (score - center) ** 2)));
  return scores.map((score) => (deviation === 0 ? 0 : (score - center) / deviation));
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

async function lines(file) {
  const text = await readFile(file, 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}
