import { fileURLToPath } from 'node:url';
import { startLinePeer } from './line-peer.js';

/**
 * bm25s (PyPI) in a Python process that stays, on analysed terms: `index`, `single K`, `batch K` give milliseconds. The
 * interpreter is `$SLUICE_PYTHON`, or python3.
 *
 * @param {{ documents: string, queries: string }} files a line each, terms between blanks
 */
export function startBm25s({ documents, queries }) {
  const script = fileURLToPath(new URL('bm25s_peer.py', import.meta.url));
  const env = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', NUMBA_NUM_THREADS: '1' };
  return startLinePeer(process.env.SLUICE_PYTHON ?? 'python3', [script, documents, queries], { env });
}
