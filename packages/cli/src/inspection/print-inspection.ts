import type { Bm25Summary } from '@sluice/retrievers';
import type { CommandContext } from '../command-context.js';
import { printable } from '../terminal/printable.js';
import { printTable } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';
import type { InspectedWeights, Inspection } from './inspection.js';

/** Prints it for people: the files, then what each index of words or weights holds. */
export function printInspection({ terminal }: CommandContext, { collection, parts, terms, weights }: Inspection): void {
  if (collection) {
    const { documents, generation, segments, bytes } = collection;
    const pieces = segments === 1 ? '1 segment' : `${segments} segments`;
    terminal.out(`${number(documents)} documents in ${pieces}, commit ${generation}, ${number(bytes)} bytes\n\n`);
  }
  printTable(
    terminal,
    ['part', 'kind', 'bytes', 'postings', 'bytes a posting', 'fingerprint'],
    parts.map(({ name, kind, bytes, postings, bytesPerPosting, fingerprint }) => [
      name,
      kind,
      number(bytes),
      postings === null ? '' : number(postings),
      bytesPerPosting === null ? '' : bytesPerPosting.toFixed(2),
      fingerprint ?? '',
    ]),
  );
  for (const [name, summary] of Object.entries(terms)) printWords(terminal, name, summary);
  for (const [name, summary] of Object.entries(weights)) printWeights(terminal, name, summary);
}

function wordsOf(summary: Bm25Summary): string {
  const { documents, terms, singletons, postings, tokens, averageLength } = summary;
  const words = `${number(terms)} terms (${number(singletons)} in one document)`;
  return `${words}, ${number(postings)} postings, ${number(tokens)} tokens; ${number(documents)} documents with terms, ${number(averageLength)} tokens each`;
}

function number(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 2 });
}

function printWords(terminal: Terminal, name: string, summary: Bm25Summary): void {
  terminal.out(`\n${name}: ${wordsOf(summary)}\n\n`);
  printTable(
    terminal,
    ['most common', 'documents', 'occurrences', 'idf'],
    summary.topTerms.map(({ term, documentFrequency, collectionFrequency, idf }) => [
      printable(term),
      number(documentFrequency),
      number(collectionFrequency),
      idf.toFixed(3),
    ]),
  );
}

function printWeights(terminal: Terminal, name: string, summary: InspectedWeights): void {
  const { documents, terms, vocabularySize, singletons, postings, averageTerms, heaviestTerms, withoutTexts } = summary;
  terminal.out(
    `\n${name}: ${number(terms)} of ${number(vocabularySize)} terms (${number(singletons)} in one document), ` +
      `${number(postings)} postings; ${number(documents)} documents with terms, ${number(averageTerms)} each\n\n`,
  );
  printTable(
    terminal,
    ['heaviest', 'documents', 'weight in all', 'mean', 'greatest'],
    heaviestTerms.map(({ term, text, documentFrequency, totalWeight, maxWeight }) => [
      text === undefined ? `${term}` : printable(text),
      number(documentFrequency),
      number(totalWeight),
      (totalWeight / documentFrequency).toFixed(3),
      maxWeight.toFixed(3),
    ]),
  );
  if (withoutTexts !== undefined) terminal.out(`\nTerms are named by number: ${withoutTexts}\n`);
}
