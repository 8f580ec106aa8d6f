import { InvalidOptionsError, type Retriever, type UnreadSpec, unreadSpec } from '@sluice/core';
import type { TermRetriever } from '@sluice/retrievers';
import { z } from 'zod';

/** A spec whose `source` is a spec too, the collection's BM25 when left out; the rest are options of its own. */
export function overSource<Options>(
  own: z.ZodType<Options>,
): z.ZodType<{ readonly source: UnreadSpec; readonly options: Options }> {
  return z.looseObject({ source: unreadSpec.default({ type: 'bm25' }) }).transform(({ source, ...rest }, context) => {
    const options = own.safeParse(rest);
    if (options.success) return { source, options: options.data };
    for (const { path, message } of options.error.issues) context.addIssue({ code: 'custom', path, message });
    return z.NEVER;
  });
}

/** @throws {InvalidOptionsError} the source of `owner` takes no weighed terms */
export function termSource(owner: string, source: Retriever): TermRetriever {
  if (takesTerms(source)) return source;
  const message = `'${source.name}' takes no weighed terms; only bm25 does`;
  throw new InvalidOptionsError({ owner, issues: [{ path: 'source', message }] });
}

function takesTerms(source: Retriever): source is TermRetriever {
  return 'retrieveTerms' in source;
}
