import { arch, availableParallelism, cpus, loadavg, platform, totalmem } from 'node:os';

/** What the figures were measured on. */
export function describeMachine() {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${arch()}`,
    node: process.version,
    v8: process.versions.v8,
    /** Runnable threads in the last minute, at the start: above the number of cores, others were at work. */
    load: Math.round(loadavg()[0] * 100) / 100,
  };
}
