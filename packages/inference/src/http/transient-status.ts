/** Whether the same request may succeed later: time-outs, conflicts of load, and faults of the server. */
export function isTransientStatus(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || (status >= 500 && status !== 501 && status !== 505);
}
