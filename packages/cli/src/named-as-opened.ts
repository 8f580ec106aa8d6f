import type { StageSpec } from '@sluice/core';
import type { RerankerModels } from './rerankers.js';

/** Deepest nesting that is looked into: what is deeper is refused when the pipeline is built. */
const MAX_DEPTH = 128;

/**
 * A written pipeline whose rerankers are named as they were opened: by the whole path of a folder, and a model of a hub
 * with its commit. What an index keeps is found again from other folders, and means the same weights.
 */
export function namedAsOpened(spec: StageSpec, { crossEncoders, lateModels }: RerankerModels): StageSpec {
  const names = new Map<string, string>();
  for (const { asked, name } of crossEncoders) names.set(keyOf('cross-encoder', asked), name);
  for (const { asked, name } of lateModels) names.set(keyOf('late-interaction', asked), name);
  const { type } = spec;
  return { ...renamed(spec, names, 0), type };
}

function renamed(part: object, names: ReadonlyMap<string, string>, depth: number): object {
  const inside = Object.entries(part).map(([key, value]) => [key, renamedValue(value, names, depth)] as const);
  const copy = Object.fromEntries(inside);
  const { type, model } = copy;
  if (typeof type !== 'string' || typeof model !== 'string') return copy;
  return { ...copy, model: names.get(keyOf(type, model)) ?? model };
}

function renamedValue(value: unknown, names: ReadonlyMap<string, string>, depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return value;
  if (Array.isArray(value)) return value.map((each) => renamedValue(each, names, depth + 1));
  return renamed(value, names, depth + 1);
}

function keyOf(type: string, model: string): string {
  return `${type}\n${model}`;
}
