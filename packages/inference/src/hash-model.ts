import { paced } from '@sluice/core';
import type { HeadSpec } from './folder/head-spec.js';
import type { ModelPrecision, TransformerFolder } from './folder/model-folder.js';
import type { PooledStep } from './folder/sentence-modules.js';
import { GRAPH_VERSION } from './graph/written-graph.js';
import { hashFiles } from './hash-files.js';
import { onnxFileSteps } from './worker/check-onnx-file.js';

/**
 * Names what a model makes of texts: the sha256 of its weights, tokenizer, layers and of how they are used. Paths and
 * names stay out: a model that was moved is the same model. Weights that lie in other files beside their graph count too.
 *
 * @throws {ModelFileError} a file cannot be read, or the graph is not a sound ONNX file
 */
export async function hashModel({ folder, head }: { folder: TransformerFolder; head: HeadSpec }): Promise<string> {
  const steps: readonly PooledStep[] = head.kind === 'sparse' || head.kind === 'pairs' ? [] : head.steps;
  const layers = steps.flatMap((step) => (step.kind === 'dense' ? [step.file] : []));
  const facts = {
    maxTokens: folder.maxTokens,
    casing: folder.casing,
    paddingSide: folder.paddingSide,
    paddingId: folder.paddingId,
    ...headFacts(head),
    ...(folder.graphFile ? { written: writtenFacts(folder.precision) } : {}),
    steps: steps.map((step) => (step.kind === 'dense' ? [step.inputs, step.outputs, step.activation] : step.kind)),
  };
  const others = folder.graphFile ? [] : await paced(onnxFileSteps(folder.weightsFile));
  return hashFiles([folder.weightsFile, ...others, folder.tokenizerFile, ...layers], JSON.stringify(facts));
}

/** Every version writes the same float32 model, to what float32 can tell; int8 models of two versions differ. */
function writtenFacts(precision: ModelPrecision): object {
  return precision === 'float32' ? { precision } : { precision, version: GRAPH_VERSION };
}

function headFacts(head: HeadSpec): object {
  switch (head.kind) {
    case 'pooled':
      return { poolings: head.poolings, promptTokens: head.promptTokens };
    case 'sparse':
    case 'pairs':
      return head;
    case 'token vectors':
      return { kind: head.kind, queries: head.queries, documents: head.documents };
  }
}
