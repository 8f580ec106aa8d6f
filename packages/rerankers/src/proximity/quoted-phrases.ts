/** What stands between two straight or two curly quotation marks. */
const quoted = /"([^"]*)"|\u201c([^\u201c\u201d]*)\u201d|\u201e([^\u201c\u201e]*)\u201c/gu;

/** The phrases of a query: what it has in quotation marks. A mark without its partner is no phrase. */
export function quotedPhrases(text: string): string[] {
  return Array.from(text.matchAll(quoted), ([, straight, english, german]) => straight ?? english ?? german ?? '');
}
