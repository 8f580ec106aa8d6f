import { InvalidInputError } from '@sluice/core';

/** A model at a hub. */
export interface HubName {
  /** `org/name`. */
  readonly model: string;
  /** Branch, tag or commit. */
  readonly revision: string;
}

const PART = '[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,94}[A-Za-z0-9_-])?';
const PATTERN = new RegExp(`^(${PART}/${PART})(?:@([A-Za-z0-9_](?:[A-Za-z0-9_./-]{0,198}[A-Za-z0-9_-])?))?$`);

/** Whether a text has the form of a hub's name: `org/name`, or `org/name@revision`. */
export function isHubName(text: string): boolean {
  return partsOf(text) !== undefined;
}

/**
 * Reads `org/name` or `org/name@revision`; without a revision it is `main`.
 *
 * @throws {InvalidInputError} it has another form
 */
export function parseHubName(text: string): HubName {
  const name = partsOf(text);
  if (name) return name;
  throw new InvalidInputError(
    { source: text },
    "this is no model's name at a hub",
    'Write it as org/name, or org/name@revision.',
  );
}

function partsOf(text: string): HubName | undefined {
  // A hub keeps `--` and `..` out of names; the first parts the two halves of a name in the cache.
  if (/--|\.\.|\/\/|\.git$/.test(text.split('@')[0] ?? '')) return undefined;
  const [, model, revision = 'main'] = PATTERN.exec(text) ?? [];
  if (model === undefined || /\.\.|\/\//.test(revision)) return undefined;
  return { model, revision };
}
