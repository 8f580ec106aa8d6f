// Writes src/sparse/analysis/generated/word-breaks.ts: the word breaks of Lucene's StandardTokenizer as one automaton.
//
// Lucene's scanner takes the longest match of the rules below at each position and drops what no rule matches. It
// fixes Unicode 12.1, so the classes come from data of that version and not from the engine that happens to run.
//
//   npm install --prefix DIR @unicode/unicode-12.1.0
//   node scripts/generate-word-breaks.js DIR
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const CODE_POINTS = 0x110000;
// Names of classes: neither digits nor lower case, which spell the lengths of runs.
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ!#$%&()*+';
const folder = process.argv[2];
if (!folder) throw new Error('Say where @unicode/unicode-12.1.0 is installed.');

async function unicode(property) {
  const path = resolve(folder, `node_modules/@unicode/unicode-12.1.0/${property}/code-points.mjs`);
  return new Set((await import(pathToFileURL(path).href)).default);
}
const range = (first, last = first) => new Set(Array.from({ length: last - first + 1 }, (_, at) => first + at));
const union = (...sets) => new Set(sets.flatMap((set) => [...set]));
const minus = (left, right) => new Set([...left].filter((point) => !right.has(point)));

// The sets that the rules speak of.
const breaks = (name) => unicode(`Word_Break/${name}`);
const emoji = await unicode('Binary_Property/Emoji');
const modifier = await unicode('Binary_Property/Emoji_Modifier');
const regional = await breaks('Regional_Indicator');
const keycapBase = union(range(0x30, 0x39), range(0x23), range(0x2a));
const accidental = new Set([0xa9, 0xae, 0x2122, 0x3030, 0x303d]);
const zwj = await breaks('ZWJ');
const ignorable = union(await breaks('Format'), await breaks('Extend'), zwj);
const selectors = range(0xfe0e, 0xfe0f);
const sets = {
  ignorable,
  ignorableInEmoji: minus(ignorable, selectors),
  emojiSelector: range(0xfe0f),
  zwj,
  regional,
  keycapBase,
  keycap: range(0x20e3),
  modifier,
  modifierBase: await unicode('Binary_Property/Emoji_Modifier_Base'),
  pictograph: union(
    await unicode('Binary_Property/Extended_Pictographic'),
    minus(emoji, union(regional, keycapBase, accidental, modifier)),
  ),
  tag: range(0xe0020, 0xe007e),
  tagEnd: range(0xe007f),
  letter: union(await breaks('ALetter'), await breaks('Hebrew_Letter')),
  hebrew: await breaks('Hebrew_Letter'),
  number: union(await breaks('Numeric'), range(0xff10, 0xff19)),
  katakana: await breaks('Katakana'),
  midLetter: union(await breaks('MidLetter'), await breaks('MidNumLet'), await breaks('Single_Quote')),
  midNumber: union(await breaks('MidNum'), await breaks('MidNumLet'), await breaks('Single_Quote')),
  connector: await breaks('ExtendNumLet'),
  singleQuote: await breaks('Single_Quote'),
  doubleQuote: await breaks('Double_Quote'),
  complex: await unicode('Line_Break/Complex_Context'),
  han: await unicode('Script/Han'),
  hiragana: await unicode('Script/Hiragana'),
};

// Code points that are in the same sets are one class.
const names = Object.keys(sets);
const memberships = Array.from({ length: CODE_POINTS }, () => 0);
for (const [bit, name] of names.entries()) for (const point of sets[name]) memberships[point] |= 1 << bit;
const classOfMembership = new Map([[0, 0]]);
for (const membership of memberships) {
  if (!classOfMembership.has(membership)) classOfMembership.set(membership, classOfMembership.size);
}
const classes = memberships.map((membership) => classOfMembership.get(membership));
const membershipOfClass = [...classOfMembership.keys()];

// Thompson's construction: a fragment is [start, end]; edges are { set, to } or { to } for the empty word.
const states = [];
const state = () => states.push([]) - 1;
const link = (from, to, set) => states[from].push({ to, set });
const one = (set) => {
  const [start, end] = [state(), state()];
  link(start, end, names.indexOf(set));
  return [start, end];
};
const sequence = (...parts) =>
  parts.reduce((left, right) => {
    link(left[1], right[0]);
    return [left[0], right[1]];
  });
const either = (...parts) => {
  const [start, end] = [state(), state()];
  for (const [first, last] of parts) {
    link(start, first);
    link(last, end);
  }
  return [start, end];
};
const many = ([first, last]) => {
  const [start, end] = [state(), state()];
  link(start, first);
  link(start, end);
  link(last, first);
  link(last, end);
  return [start, end];
};
const some = (part) => {
  const loop = state();
  link(part[1], loop);
  link(loop, part[0]);
  return [part[0], loop];
};
const maybe = (part) => {
  const skipped = state();
  return either(part, [skipped, skipped]);
};

// The rules of Unicode Standard Annex 29 as Lucene 9 applies them; X is followed by any number of ignorables (WB4).
const x = (set) => sequence(one(set), many(one('ignorable')));
const inEmoji = (set) => sequence(one(set), many(one('ignorableInEmoji')));
const connectors = () => many(x('connector'));

const emojiElement = () =>
  either(
    sequence(many(one('zwj')), inEmoji('pictograph'), maybe(one('emojiSelector'))),
    sequence(maybe(sequence(many(one('zwj')), inEmoji('modifierBase'))), inEmoji('modifier')),
  );
const emojiSequence = () =>
  either(
    sequence(
      emojiElement(),
      either(many(sequence(one('zwj'), emojiElement())), sequence(some(one('tag')), one('tagEnd'))),
    ),
    sequence(inEmoji('keycapBase'), maybe(one('emojiSelector')), inEmoji('keycap')),
    sequence(x('regional'), x('regional')),
  );
const numbers = () => sequence(x('number'), many(sequence(either(connectors(), x('midNumber')), x('number'))));
const letters = () => sequence(x('letter'), many(sequence(either(connectors(), x('midLetter')), x('letter'))));
const hebrew = () => sequence(x('hebrew'), either(x('singleQuote'), sequence(x('doubleQuote'), x('hebrew'))));
const run = () =>
  either(
    sequence(x('katakana'), many(sequence(connectors(), x('katakana')))),
    some(either(hebrew(), numbers(), letters())),
  );
const word = () => sequence(connectors(), run(), many(sequence(some(x('connector')), run())), connectors());
const rules = either(emojiSequence(), word(), some(x('complex')), x('han'), x('hiragana'));

// Subset construction, then merging of states that no continuation tells apart.
function closure(seeds) {
  const seen = new Set(seeds);
  const open = [...seen];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const { to, set } of states[at]) {
      if (set === undefined && !seen.has(to)) {
        seen.add(to);
        open.push(to);
      }
    }
  }
  return [...seen].sort((left, right) => left - right);
}
const subsets = [[], closure([rules[0]])];
const numberOf = new Map(subsets.map((subset, at) => [subset.join(), at]));
const rows = [membershipOfClass.map(() => 0)];
for (let at = 1; at < subsets.length; at++) {
  rows[at] = membershipOfClass.map((membership) => {
    const reached = subsets[at].flatMap((from) =>
      states[from].filter(({ set }) => set !== undefined && (membership >>> set) & 1).map(({ to }) => to),
    );
    const subset = closure(reached);
    const key = subset.join();
    if (!numberOf.has(key)) numberOf.set(key, subsets.push(subset) - 1);
    return numberOf.get(key);
  });
}
const accepts = subsets.map((subset) => subset.includes(rules[1]));

let groups = accepts.map((accept) => (accept ? 1 : 0));
for (let count = 0; ; ) {
  const keys = rows.map((row, at) => [groups[at], ...row.map((to) => groups[to])].join());
  const numbered = [...new Set([keys[0], keys[1], ...keys])];
  groups = keys.map((key) => numbered.indexOf(key));
  if (numbered.length === count) break;
  count = numbered.length;
}
const stateCount = Math.max(...groups) + 1;
// Groups 0 and 1 are the dead state and the start; accepting states move to the end, so that one comparison tells.
const representative = Array.from({ length: stateCount }, (_, group) => groups.indexOf(group));
const order = representative
  .map((at, group) => ({ at, group }))
  .sort((left, right) => Number(accepts[left.at]) - Number(accepts[right.at]) || left.group - right.group);
const renumbered = new Map(order.map(({ group }, number) => [group, number]));
const table = order.map(({ at }) => rows[at].map((to) => renumbered.get(groups[to])));
const firstAccepting = order.findIndex(({ at }) => accepts[at]);

const runs = [];
for (let start = 0; start < CODE_POINTS; ) {
  let end = start;
  while (end < CODE_POINTS && classes[end] === classes[start]) end++;
  runs.push(`${(end - start).toString(36)}${LETTERS[classes[start]]}`);
  start = end;
}
const lines = (text) =>
  text
    .match(/.{1,110}/g)
    .map((line) => `  '${line}'`)
    .join(' +\n');

writeFileSync(
  new URL('../src/sparse/analysis/generated/word-breaks.ts', import.meta.url),
  `// Written by scripts/generate-word-breaks.js from Unicode 12.1 data; do not edit.
// Unicode data files: copyright Unicode, Inc., under the Unicode License v3.

/** Classes of code points, named by a letter each; the first is everything that no rule speaks of. */
export const classLetters = '${LETTERS.slice(0, membershipOfClass.length)}';
/** Runs of code points from 0: the length in base 36, lower case, then the class. */
export const classRuns: string =
${lines(runs.join(''))};
/** States; 0 is dead, 1 is the start. */
export const stateCount = ${stateCount};
/** States from this one on accept. */
export const firstAccepting = ${firstAccepting};
/** One letter a transition, row by row: a next state for each class. \`0\` (48) is state 0. */
export const transitions: string =
${lines(
  table
    .flat()
    .map((to) => String.fromCharCode(48 + to))
    .join(''),
)};
`,
);
console.log(`${membershipOfClass.length} classes in ${runs.length} runs, ${stateCount} states.`);
