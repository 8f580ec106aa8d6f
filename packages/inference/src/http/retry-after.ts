/**
 * How long a server asks to be left alone, in milliseconds from `now`; `undefined` where it does not say.
 *
 * Seconds or a date, as RFC 9110 (10.2.3) has it, or `retry-after-ms`, which some providers of models send.
 *
 * @param now milliseconds since 1970
 */
export function retryAfterMs(headers: Pick<Headers, 'get'>, now: number): number | undefined {
  const exact = headers.get('retry-after-ms');
  if (exact !== null && /^\d+(\.\d+)?$/.test(exact.trim())) return Number(exact);
  const value = headers.get('retry-after')?.trim();
  if (!value) return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
