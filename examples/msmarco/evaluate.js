// MS MARCO style evaluation from a script: passages and queries in, a table and a TREC run out.
//   node examples/msmarco/evaluate.js FOLDER [MODEL]    (FOLDER in BEIR's layout)
import { writeFile } from 'node:fs/promises';
import { bootstrapInterval, experiment, formatComparison, openBeir, trecLines } from '@sluice/evaluation';
import { memoryDirectory } from '@sluice/files';
import { indexDocuments, openCollection, openModel } from 'sluice';

const [folder, model = 'static'] = process.argv.slice(2);
const data = await openBeir(folder);
const opened = await openModel(model);
const directory = memoryDirectory();
await indexDocuments(data.documents(), directory, { model: opened });
const collection = await openCollection(directory, { embedder: opened.embedder });

// In TREC DL a passage is relevant from grade 2 on; nDCG uses all grades.
const comparison = await experiment({
  pipelines: Object.fromEntries(collection.pipelines.map((name) => [name, collection.pipeline(name)])),
  queries: await data.queries('test'),
  qrels: await data.qrels('test'),
  measures: ['nDCG@10', 'RR(rel=2)@10', 'R(rel=2)@100', 'AP(rel=2)@1000', 'Judged@10'],
  baseline: 'bm25',
});
console.log(formatComparison(comparison, 'text'));
for (const { name, evaluation, run } of comparison.systems) {
  const { low, high } = await bootstrapInterval(evaluation.valuesOf('nDCG@10'), { seed: 1 });
  console.log(`${name}: nDCG@10 lies between ${low.toFixed(3)} and ${high.toFixed(3)} (95 %)`);
  await writeFile(`${name}.trec`, [...trecLines(run, { strict: true })].join(''));
}
await collection.close();
await opened.close();
