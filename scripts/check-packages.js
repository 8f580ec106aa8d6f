// Checks every package as npm would publish it: publint, and arethetypeswrong on the packed tarball.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const { packageManager } = JSON.parse(readFileSync('package.json', 'utf8'));
const list = execFileSync('npx', ['--yes', packageManager, '-r', 'list', '--depth', '-1', '--json'], {
  encoding: 'utf8',
});
const packages = JSON.parse(list).filter((entry) => entry.private !== true);
const folder = mkdtempSync(join(tmpdir(), 'sluice-packs-'));
let failed = 0;

for (const { name, path } of packages) {
  execFileSync('npx', ['--yes', packageManager, 'pack', '--pack-destination', folder], { cwd: path, stdio: 'ignore' });
  const tarball = join(folder, `${name.replace('@', '').replace('/', '-')}-${manifestOf(path).version}.tgz`);
  const typed = JSON.stringify(manifestOf(path)).includes('"types"');
  // Weights and vocabularies are exported to be read, not imported: they have no types to check.
  const data = Object.keys(manifestOf(path).exports ?? {}).filter((entry) => /\.(?!js(on)?$)\w+$/.test(entry));
  const checks = [['publint', ['run', tarball, '--strict']]];
  if (typed)
    checks.push([
      'attw',
      [tarball, '--profile', 'esm-only', ...(data.length > 0 ? ['--exclude-entrypoints', ...data] : [])],
    ]);
  for (const [tool, args] of checks) {
    const { status, stdout, stderr } = spawnSync(`node_modules/.bin/${tool}`, args, { encoding: 'utf8' });
    if (status === 0) continue;
    failed++;
    console.error(`${tool}: ${name}\n${stdout}${stderr}`);
  }
}
rmSync(folder, { recursive: true });
console.log(`${packages.length} packages checked, ${failed} complaints`);
process.exit(failed === 0 ? 0 : 1);

function manifestOf(path) {
  return JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
}
