import { UnmetRequirementError } from '../errors/unmet-requirement-error.js';
import { type ParsedRequirement, parseRequirement, type Requirement } from '../requirement.js';
import type { Retriever } from '../retriever.js';
import { completeNode, type ScoringRetriever } from './complete.js';
import { type PlanNode, sourcesOf } from './plan-node.js';
import type { Stage } from './stage.js';

/** A retriever that gives the queries' vectors. */
export type EncodingRetriever = Retriever & Required<Pick<Retriever, 'encodeQueries'>>;

/** What a stage is run on: its input with all columns that it requires, and who encodes its queries. */
export interface Provision {
  readonly input: PlanNode;
  readonly encoders: readonly EncodingRetriever[];
}

/**
 * Adds to `input` what `stage` requires.
 *
 * @throws {UnmetRequirementError} nothing before the stage supplies it
 */
export function meetRequirements(input: PlanNode, stage: Pick<Stage, 'name' | 'requires'>): Provision {
  let node = input;
  const encoders: EncodingRetriever[] = [];
  for (const requirement of stage.requires) {
    const { subject, source } = parseRequirement(requirement);
    const refuse = refusal(node, stage.name, requirement);
    if (subject === 'query') encoders.push(encoderFor(source, node, refuse));
    else node = withColumn(node, requirement, refuse);
  }
  return { input: node, encoders };
}

type Refuse = (problem: string, advice: string) => never;

function refusal(node: PlanNode, stage: string, requirement: Requirement): Refuse {
  const sources = sourcesOf(node).map(({ name }) => name);
  return (problem, advice) => {
    throw new UnmetRequirementError({ stage, requirement, sources, problem, advice });
  };
}

function encoderFor(name: string, node: PlanNode, refuse: Refuse): EncodingRetriever {
  const source = sourcesOf(node).find((each) => each.name === name);
  if (!source) return refuse(`no source is called '${name}'`, 'Add the source, or name it so.');
  if (!encodes(source)) return refuse(`'${name}' does not encode queries`, 'Use a source that does, or another stage.');
  return source;
}

function withColumn(node: PlanNode, requirement: Requirement, refuse: Refuse): PlanNode {
  // A column of exactly that name comes first: 'bge-v1.5' has a dot and no scale.
  const exact = node.columns.some((each) => each.name === requirement);
  const { source: name, scale }: Pick<ParsedRequirement, 'source' | 'scale'> = exact
    ? { source: requirement }
    : parseRequirement(requirement);
  const column = node.columns.find((each) => each.name === name);
  if (!column)
    return refuse(`no source or stage before it gives '${name}' scores`, `Add one that is called '${name}'.`);
  if (scale !== undefined && column.scale.name !== scale) {
    return refuse(`'${name}' scores are on the scale ${column.scale.name}`, `Use a source that scores by ${scale}.`);
  }
  if (column.coverage === 'complete') return node;
  const source = sourcesOf(node).find((each) => each.name === name);
  if (!source || !scores(source)) {
    return refuse(
      `some candidates have no '${name}' score and it cannot be completed`,
      'Put the stage before the fusion, or use a source that implements score().',
    );
  }
  return completeNode(node, source);
}

const scores = (source: Retriever): source is ScoringRetriever => source.score !== undefined;
const encodes = (source: Retriever): source is EncodingRetriever => source.encodeQueries !== undefined;
