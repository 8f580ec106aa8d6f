import type { BatchRunner } from './batch-runner.js';

/**
 * A runner that is opened anew after it was lost.
 *
 * What was under way fails, since it may be what ended it; the next request opens the new one and runs there.
 *
 * @param open opens a runner; what it throws, later on, fails the request that needed the new one
 */
export async function renewedRunner(open: () => Promise<BatchRunner>): Promise<BatchRunner> {
  let current = await open();
  const { dimensions } = current;
  const sound = async (): Promise<BatchRunner> => {
    if (current.lost) current = await open();
    return current;
  };
  return {
    dimensions,
    lost: false,
    tokenize: async (texts) => (await sound()).tokenize(texts),
    run: async (batch) => (await sound()).run(batch),
    close: async () => {
      if (!current.lost) await current.close();
    },
  };
}
