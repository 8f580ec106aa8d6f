import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('measure_faiss.py', import.meta.url));
const MAX_OUTPUT_BYTES = 2 ** 24;

/**
 * Rows of FAISS over the data set, in the form of `measureCurves`; none where no Python with `faiss` is named.
 *
 * In a process of its own, right after ours: not interleaved.
 *
 * @param {string | undefined} python the interpreter
 */
export async function faissRows(python, data, { truth, topK, passes }) {
  if (!python) return [];
  const place = await mkdtemp(`${tmpdir()}/sluice-faiss-`);
  try {
    const { columns, similarity } = data;
    await writeFile(`${place}/settings.json`, JSON.stringify({ columns, similarity, topK, passes }));
    await writeFile(`${place}/vectors.f32`, data.vectors);
    await writeFile(`${place}/questions.f32`, data.questions);
    await writeFile(`${place}/truth.u32`, truth);
    const options = { encoding: 'utf8', maxBuffer: MAX_OUTPUT_BYTES, env: { ...process.env, OMP_NUM_THREADS: '1' } };
    const { status, stdout, stderr } = spawnSync(python, [script, place], options);
    if (status !== 0) throw new Error(`FAISS could not be measured: ${stderr.trim().split('\n').at(-1)}`);
    return JSON.parse(stdout).map(({ name, build, bytes, ...row }) => ({
      ...row,
      contestant: { name, build, bytes, disk: bytes },
    }));
  } finally {
    await rm(place, { recursive: true });
  }
}
