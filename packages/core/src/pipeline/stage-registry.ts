import type { z } from 'zod';
import { InvalidOptionsError } from '../errors/invalid-options-error.js';
import { UnknownStageError } from '../errors/unknown-stage-error.js';
import type { Fusion } from '../fusion.js';
import type { RelevanceFilter } from '../relevance-filter.js';
import type { Reranker } from '../reranker.js';
import type { Retriever } from '../retriever.js';
import { registerCompositions } from './composition-types.js';
import { relevance } from './relevance.js';
import type { Stage } from './stage.js';
import { unreadSpec } from './unread-spec.js';

/** What can be written down, by the place in which it stands. */
export interface Components {
  /** The source of a pipeline, or one of a fusion's. */
  readonly retriever: Retriever;
  /** After a source. */
  readonly stage: Stage;
  readonly fusion: Fusion;
  readonly reranker: Reranker;
  /** In `relevance`; also as a stage, which then looks at the first 100 candidates. */
  readonly filter: RelevanceFilter;
}

/** A kind of component. */
export type ComponentKind = keyof Components;

/** How specs of one type become components. */
export interface ComponentType<Kind extends ComponentKind, Options, Context> {
  readonly kind: Kind;
  /** What `type` says in a spec; unique within its kind. */
  readonly type: string;
  /** Of the spec without `type`. Parts that are specs themselves are `unreadSpec`. */
  readonly schema: z.ZodType<Options>;
  /**
   * @param context what the caller of `parsePipeline` brought: open indexes, models
   * @param build makes the parts
   */
  create(options: Options, context: Context, build: BuildPart): Components[Kind];
}

/**
 * Makes a part of the spec that is being read.
 *
 * @param path where the part stands in its parent: `by`, `sources.0`
 */
export type BuildPart = <Kind extends ComponentKind>(kind: Kind, spec: unknown, path: string) => Components[Kind];

/** Deepest nesting of specs that is read. */
const maxSpecDepth = 64;

interface Place<Context> {
  readonly context: Context;
  readonly path: readonly string[];
}

type Maker<Kind extends ComponentKind, Context> = (options: unknown, place: Place<Context>) => Components[Kind];
type Makers<Context> = { readonly [Kind in ComponentKind]: Map<string, Maker<Kind, Context>> };

/**
 * The types that written pipelines may name. Belongs to whoever made it; there is no global one.
 *
 * Begins with `pipeline`, `fuse`, `rerank`, `relevance` and `take`.
 *
 * @example
 * const registry = new StageRegistry<{ index: OpenIndex }>().register({
 *   kind: 'retriever',
 *   type: 'bm25',
 *   schema: bm25Options,
 *   create: (options, { index }) => bm25(index, options),
 * });
 */
export class StageRegistry<Context = unknown> {
  readonly #makers: Makers<Context> = {
    retriever: new Map(),
    stage: new Map(),
    fusion: new Map(),
    reranker: new Map(),
    filter: new Map(),
  };

  constructor() {
    registerCompositions(this);
  }

  /** @throws {InvalidOptionsError} the kind has that type already; a filter is of the kind `stage` too */
  register<Kind extends ComponentKind, Options>(definition: ComponentType<Kind, Options, Context>): this {
    const { kind, type, schema } = definition;
    this.#add(kind, type, (options, place) => {
      const parsed = parseAt(schema, options, type, place.path);
      const build: BuildPart = (part, spec, path) =>
        this.#build(part, spec, { ...place, path: [...place.path, ...path.split('.')] });
      return definition.create(parsed, place.context, build);
    });
    const filter = kind === 'filter' ? this.#makers.filter.get(type) : undefined;
    if (filter) this.#add('stage', type, (options, place) => relevance(filter(options, place)));
    return this;
  }

  #add<Kind extends ComponentKind>(kind: Kind, type: string, make: Maker<Kind, Context>): void {
    const makers: Map<string, Maker<Kind, Context>> = this.#makers[kind];
    if (makers.has(type)) {
      throw new InvalidOptionsError({
        owner: 'StageRegistry.register',
        issues: [{ path: 'type', message: `there is a ${kind} of type '${type}' already` }],
      });
    }
    makers.set(type, make);
  }

  /** The types of a kind, in alphabetical order. */
  types(kind: ComponentKind): readonly string[] {
    return [...this.#makers[kind].keys()].sort();
  }

  /**
   * Makes the component that a spec describes.
   *
   * @param spec from outside: anything
   * @throws {UnknownStageError} a type is not registered for its place
   * @throws {InvalidOptionsError} options or the spec's shape are wrong; `path` says where
   */
  create<Kind extends ComponentKind>(kind: Kind, spec: unknown, context: Context): Components[Kind] {
    return this.#build(kind, spec, { context, path: [] });
  }

  #build<Kind extends ComponentKind>(kind: Kind, spec: unknown, place: Place<Context>): Components[Kind] {
    const { type, ...options } = parseAt(unreadSpec, spec, kind, place.path);
    if (place.path.length > 2 * maxSpecDepth) {
      throw new InvalidOptionsError({
        owner: type,
        issues: [{ path: place.path.join('.'), message: `it is nested more than ${maxSpecDepth} levels deep` }],
      });
    }
    const makers: Map<string, Maker<Kind, Context>> = this.#makers[kind];
    const make = makers.get(type);
    if (!make) throw new UnknownStageError({ type, kind, path: place.path.join('.'), known: this.types(kind) });
    return make(options, place);
  }
}

/** Checks options, and names wrong fields from the top of the whole spec. */
function parseAt<Output>(schema: z.ZodType<Output>, value: unknown, owner: string, path: readonly string[]): Output {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.map((issue) => ({
    path: [...path, ...issue.path.map(String)].join('.'),
    message: issue.message,
  }));
  throw new InvalidOptionsError({ owner, issues });
}
