import { join } from 'node:path';
import { z } from 'zod';
import { ModelFileError } from '../errors/model-file-error.js';
import { readJsonFile } from './read-json-file.js';

/** A module that a model is made of, by its place and kind. */
export interface ModelModule {
  /** The kind, without the path of its Python module: `Transformer`, `SpladePooling`. */
  readonly kind: string;
  /** The folder with its files. */
  readonly folder: string;
}

const maxBytes = 2 ** 20;
const modulesSchema = z
  .array(z.looseObject({ path: z.string(), type: z.string() }))
  .min(1)
  .max(32);

/**
 * Reads `modules.json`.
 *
 * @returns `undefined` where there is no such file
 * @throws {ModelFileError} it is broken, or names a path outside of the folder
 */
export async function readModuleList(folder: string): Promise<readonly ModelModule[] | undefined> {
  const file = join(folder, 'modules.json');
  const modules = await readJsonFile({ path: file, maxBytes }, modulesSchema);
  return modules?.map(({ path, type }) => ({ kind: kindOf(type), folder: insideFolder(folder, path, file) }));
}

const routesSchema = z.looseObject({
  types: z.record(z.string(), z.string()),
  structure: z.record(z.string(), z.array(z.string()).min(1).max(32)),
  parameters: z.looseObject({ route_mappings: z.record(z.string(), z.string()).nullish() }).nullish(),
});

/**
 * Reads `router_config.json`: the modules of each route, by its name.
 *
 * @throws {ModelFileError} it is missing or broken, names a path outside of the folder, or maps routes by more than name
 */
export async function readRoutes(folder: string): Promise<ReadonlyMap<string, readonly ModelModule[]>> {
  const file = join(folder, 'router_config.json');
  const config = await readJsonFile({ path: file, maxBytes }, routesSchema);
  if (!config) throw new ModelFileError({ file, problem: 'the file is missing' });
  if (Object.keys(config.parameters?.route_mappings ?? {}).length > 0) {
    throw new ModelFileError({ file, problem: 'route_mappings are not supported' });
  }
  const modulesOf = (names: readonly string[]): ModelModule[] =>
    names.map((name) => {
      const type = Object.hasOwn(config.types, name) ? config.types[name] : undefined;
      if (type === undefined) throw new ModelFileError({ file, problem: `the module '${name}' has no type` });
      return { kind: kindOf(type), folder: insideFolder(folder, name, file) };
    });
  return new Map(Object.entries(config.structure).map(([route, names]) => [route, modulesOf(names)]));
}

/**
 * A path that a configuration names, within the model's folder.
 *
 * @param file the configuration, to blame
 * @throws {ModelFileError} the path leads out of the folder
 */
export function insideFolder(folder: string, path: string, file: string): string {
  if (path.split(/[\\/]/).includes('..') || path.startsWith('/')) {
    throw new ModelFileError({ file, problem: `the path '${path}' leads out of the folder` });
  }
  return join(folder, path);
}

function kindOf(type: string): string {
  return type.split('.').at(-1) ?? type;
}
