import { Qrels } from '@sluice/evaluation';

/** The judgements of some queries alone: what was not asked would count as not found. */
export function judgementsOf(qrels, queries) {
  const gradesOf = ({ documents, grades }) =>
    Object.fromEntries(Array.from(documents, (document, at) => [qrels.documents.idOf(document), grades[at]]));
  return Qrels.of(Object.fromEntries(queries.map(({ id }) => [id, gradesOf(qrels.of(id))])));
}
