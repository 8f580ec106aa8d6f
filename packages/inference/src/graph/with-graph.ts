import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ModelParts } from '../open-model.js';
import { needsGraph, writtenGraph } from './written-graph.js';

/**
 * The parts of a model with a graph that can be run: what was read, or with the graph written from its weights.
 *
 * @param cache folder for written graphs
 * @throws {ModelFileError} no graph can be written for the weights
 */
export async function withGraph(parts: ModelParts, cache: string = defaultCache()): Promise<ModelParts> {
  const { folder, head } = parts;
  if (!needsGraph(folder)) return parts;
  const terms = head.kind === 'sparse' ? { pooling: head.pooling, saturation: head.saturation } : undefined;
  const labels = head.kind === 'pairs' ? head.labels : undefined;
  const { weightsFile: weights, precision } = folder;
  const graphFile = await writtenGraph({ weights, precision, terms, labels, cache });
  return { ...parts, folder: { ...folder, graphFile } };
}

/** In the folder that the system has for what can be made again. */
function defaultCache(): string {
  const { XDG_CACHE_HOME: shared, LOCALAPPDATA: local } = process.env;
  return join(shared || local || join(homedir(), '.cache'), 'sluice', 'graphs');
}
