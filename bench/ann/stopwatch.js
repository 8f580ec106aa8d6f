/** Starts a clock; what it returns tells the seconds since: of the processor, and by the wall. */
export function stopwatch() {
  const before = process.cpuUsage();
  const start = performance.now();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return { cpu: (user + system) / 1e6, wall: (performance.now() - start) / 1000 };
  };
}
