import { z } from 'zod';
import { fuse, fuseOptions } from './fuse.js';
import { pipeline } from './pipeline.js';
import { relevance, relevanceOptions } from './relevance.js';
import { rerank, rerankOptions } from './rerank.js';
import type { StageRegistry } from './stage-registry.js';
import { take, takeOptions } from './take.js';
import { unreadSpec } from './unread-spec.js';

const pipelineSpec = z.strictObject({
  name: z.string().min(1).exactOptional(),
  stages: z.array(unreadSpec).min(1),
});
const fuseSpec = fuseOptions.extend({ sources: z.array(unreadSpec).min(1), by: unreadSpec });
const rerankSpec = rerankOptions.extend({ by: unreadSpec });
const relevanceSpec = relevanceOptions.extend({ by: unreadSpec });

/** Teaches a registry to read what the pipeline algebra itself writes. */
export function registerCompositions<Context>(registry: StageRegistry<Context>): void {
  registry
    .register({
      kind: 'retriever',
      type: 'pipeline',
      schema: pipelineSpec,
      create({ name, stages: [source, ...stages] }, _, build) {
        const chain = pipeline(
          build('retriever', source, 'stages.0'),
          ...stages.map((stage, at) => build('stage', stage, `stages.${at + 1}`)),
        );
        return name === undefined ? chain : chain.named(name);
      },
    })
    .register({
      kind: 'retriever',
      type: 'fuse',
      schema: fuseSpec,
      create: ({ sources, by, ...options }, _, build) =>
        fuse(
          sources.map((source, at) => build('retriever', source, `sources.${at}`)),
          build('fusion', by, 'by'),
          options,
        ),
    })
    .register({
      kind: 'stage',
      type: 'rerank',
      schema: rerankSpec,
      create: ({ by, ...options }, _, build) => rerank(build('reranker', by, 'by'), options),
    })
    .register({
      kind: 'stage',
      type: 'relevance',
      schema: relevanceSpec,
      create: ({ by, ...options }, _, build) => relevance(build('filter', by, 'by'), options),
    })
    .register({ kind: 'stage', type: 'take', schema: takeOptions, create: ({ topK }) => take(topK) });
}
