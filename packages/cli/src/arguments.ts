import { InvalidArgumentError, Option } from 'commander';

/** A parser of whole numbers from 1 up, for commander. */
export function wholeNumber(name: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isSafeInteger(value) && value >= 1) return value;
    throw new InvalidArgumentError(`${name} must be a whole number from 1 up.`);
  };
}

/** A share, above 0 and at most 1. */
export function shareOf(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 1) return value;
  throw new InvalidArgumentError('It must be above 0 and at most 1.');
}

/** A text that is not empty: an unset variable in a script must not become the current folder. */
export function nonEmpty(text: string): string {
  if (text.trim() !== '') return text;
  throw new InvalidArgumentError('It is empty.');
}

/** A list written with commas, `bm25,dense`: at least one item, none twice. */
export function commaList(text: string): string[] {
  const items = new Set(splitAtCommas(text));
  if (items.size > 0) return [...items];
  throw new InvalidArgumentError('It is empty.');
}

/** What an occurrence in each field counts for, as `indexDocuments` takes it. */
export type FieldWeights = Readonly<Record<string, { readonly weight: number }>>;

/** `--fields`, as every command that indexes has it. */
export function fieldsOption(): Option {
  return new Option(
    '--fields <weights>',
    'weigh words by the field they are in, title=2,text=1; title and text are one when left out',
  ).argParser(fieldWeights);
}

/** `--sparse`, as the commands that index judged folders have it. */
export function sparseOption(): Option {
  return new Option('--sparse <name>', "a model with sparse vectors: matryoshka-minilm, or a SPLADE model's folder");
}

/** `title=2,text=1`; a name alone weighs 1. */
export function fieldWeights(text: string): FieldWeights {
  const weights = new Map<string, { weight: number }>();
  for (const item of commaList(text)) {
    const [, name = '', written = '1'] = /^(.*?)(?:=([^=]*))?$/s.exec(item) ?? [];
    const weight = written.trim() === '' ? Number.NaN : Number(written);
    if (name === '' || weights.has(name) || !(weight > 0 && weight <= 1000)) {
      throw new InvalidArgumentError('It must be names with weights above 0 to 1000, each once: title=2,text=1.');
    }
    weights.set(name, { weight });
  }
  return Object.fromEntries(weights);
}

/** What is measured unless something else is asked for. */
export const standardMeasures: readonly string[] = ['nDCG@10', 'RR@10', 'R@100'];

/** `-m nDCG@10,R@100` or `-m nDCG@10 -m R@100`; absent when the option is not given. */
export function measuresOption(flags: string, standard: string): Option {
  const collect = (text: string, before: readonly string[] | undefined): string[] => [
    ...new Set([...(before ?? []), ...commaList(text)]),
  ];
  return new Option(flags, `with commas, or repeated; ${standard} when left out`).argParser(collect);
}

/** `--precision`, as every command that opens a model has it. */
export function precisionOption(): Option {
  return new Option('--precision <kind>', 'weights of a transformer').choices(['float32', 'int8']);
}

/** `--pipeline`, as every command that searches an index has it. */
export function pipelineOption(): Option {
  return new Option(
    '-p, --pipeline <name>',
    'bm25, dense, hybrid, splade, lexical or threefold, as far as the index has their vectors; or a YAML or JSON file',
  );
}

/** `--rerank`, as every command that searches has it. */
export function rerankOption(): Option {
  return new Option(
    '--rerank <model>',
    'rerank with a cross-encoder or a late interaction model: one that ships, a folder, or org/name at a hub',
  );
}

/** `--rerank-depth`, likewise. */
export function rerankDepthOption(): Option {
  return new Option('--rerank-depth <count>', 'results that are reranked; later ones are dropped')
    .argParser(wholeNumber('rerank-depth'))
    .default(50);
}

/** `--rerank-weight`, likewise. */
export function rerankWeightOption(): Option {
  const advice = 'as the model says, else 1, when left out';
  return new Option(
    '--rerank-weight <share>',
    `its share beside the pipeline's own scores, above 0 to 1; ${advice}`,
  ).argParser(shareOf);
}

/** `--test`, as every command that compares has it. */
export function testOption(): Option {
  return new Option('--test <name>', 'paired test of the differences')
    .choices(['t-test', 'randomisation'])
    .default('t-test');
}

/** `--correction`, likewise. */
export function correctionOption(): Option {
  return new Option('--correction <method>', 'of p-values where several are tested')
    .choices(['holm', 'bonferroni', 'none'])
    .default('holm');
}

/** At commas that are not inside parentheses: measures take parameters, as in `RBP(p=0.8, rel=2)`. */
function splitAtCommas(text: string): string[] {
  return text
    .split(/,(?![^(]*\))/)
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
