import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** `pnpm bench NAME [options]`: runs `NAME.bench.js` of this folder. A bench exports `run(args)`. */
const [name, ...args] = process.argv.slice(2);
const suffix = '.bench.js';
const files = await readdir(fileURLToPath(new URL('.', import.meta.url)));
const names = files.filter((file) => file.endsWith(suffix)).map((file) => file.slice(0, -suffix.length));

if (name === undefined || !names.includes(name)) {
  process.stderr.write(`Usage: pnpm bench NAME [options], where NAME is one of: ${names.join(', ')}\n`);
  process.exitCode = 2;
} else {
  const { run } = await import(`./${name}${suffix}`);
  await run(args);
}
