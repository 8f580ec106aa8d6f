// Packs every publishable package, installs the tarballs with plain npm into an empty folder, and searches with the
// model that ships: as a program, as a command, and again on a newer Node. Needs a build and the registry; where the
// registry cannot be reached it says so and passes, but never on CI.
//   node test/install/smoke.js [--node 24]
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../', import.meta.url));
const { packageManager } = JSON.parse(await readFile(`${root}package.json`, 'utf8'));
const newerNode = process.argv.includes('--node') ? process.argv[process.argv.indexOf('--node') + 1] : '24';
const run = promisify(execFile);

const folder = await mkdtemp(join(tmpdir(), 'sluice-install-'));
try {
  await smoke();
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function smoke() {
  const tarballs = await packAll(join(folder, 'tarballs'));
  const application = join(folder, 'application');
  await mkdir(application);
  await writeFile(join(application, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const installed = await attempt('npm', ['install', '--no-audit', '--no-fund', '--foreground-scripts', ...tarballs], {
    cwd: application,
  });
  if (installed.failed) return unreachable(installed);

  await expectNothingNative(join(application, 'node_modules'));
  await cp(fileURLToPath(new URL('application.js', import.meta.url)), join(application, 'application.js'));
  await cp(`${root}packages/inference/src/fixtures/tiny-encoder`, join(application, 'encoder'), { recursive: true });
  await expectProgramWorks('node', [], application);
  await expectCommandWorks(application);
  await expectNewerNodeWorks(application);
  console.log(`${tarballs.length} tarballs installed with npm; the program and the command found what they should.`);
}

async function packAll(destination) {
  await mkdir(destination);
  const list = await run('npx', ['--yes', packageManager, '-r', 'list', '--depth', '-1', '--json'], { cwd: root });
  // The contract kits bring vitest as a peer, which is no part of an application.
  const packages = JSON.parse(list.stdout).filter((entry) => !entry.private && entry.name !== '@sluice/testing');
  for (const half of [packages.filter((_, at) => at % 2 === 0), packages.filter((_, at) => at % 2 === 1)]) {
    const packed = await Promise.allSettled(half.map(({ path }) => pack(path, destination)));
    for (const { status, reason } of packed) if (status === 'rejected') throw reason;
  }
  const names = await readdir(destination);
  expect(names.length === packages.length, `${packages.length} packages gave ${names.length} tarballs`);
  return names.map((name) => join(destination, name));
}

function pack(path, destination) {
  return run('npx', ['--yes', packageManager, 'pack', '--pack-destination', destination], { cwd: path });
}

/** Scripts were on: whatever was compiled or downloaded by one would lie here. */
async function expectNothingNative(modules) {
  const files = await readdir(modules, { recursive: true });
  const native = files.filter((file) => /\.node$|binding\.gyp$|onnxruntime/.test(file));
  expect(native.length === 0, `native parts were installed: ${native.join(', ')}`);
}

async function expectProgramWorks(file, prefix, application) {
  const args = [...prefix, 'application.js', join(application, `index-${prefix.length}`), join(application, 'encoder')];
  const { stdout } = await run(file, args, { cwd: application });
  const { node, summary, best, filtered, peer } = JSON.parse(stdout);
  expect(summary.documents === 3 && summary.vectors === 3, `indexed ${JSON.stringify(summary)}`);
  expect(best === 'lock', `the best passage was '${best}'`);
  expect(filtered.join() === 'weir', `the filter let through '${filtered}'`);
  expect(/npm install onnxruntime-node/.test(peer), `the missing package was told as '${peer}'`);
  return node;
}

async function expectCommandWorks(application) {
  const sluice = (...args) => attempt('npx', ['--no', 'sluice', ...args], { cwd: application });
  await mkdir(join(application, 'docs'));
  await writeFile(
    join(application, 'docs/locks.md'),
    '# Locks\n\nA lock lifts boats.\n\n# Weirs\n\nA weir raises water.\n',
  );
  const indexed = await sluice('index', 'docs', '--out', 'command-index');
  expect(indexed.code === 0, indexed.stderr);
  const found = await sluice('search', 'command-index', 'how do ships rise', '--json');
  expect(
    found.code === 0 && JSON.parse(found.stdout).passages[0]?.id === 'locks.md#locks',
    found.stdout + found.stderr,
  );
  const refused = await sluice('index', 'docs', '--out', 'x', '--model', 'encoder');
  expect(refused.code === 4 && refused.stderr.includes('npm install onnxruntime-node'), refused.stderr);
}

/** The npm package `node` brings the binary. */
async function expectNewerNodeWorks(application) {
  const npx = ['--yes', '-p', `node@${newerNode}`, 'node'];
  const there = await attempt('npx', [...npx, '--version']);
  if (there.failed) return unreachable(there);
  const version = await expectProgramWorks('npx', npx, application);
  expect(version.startsWith(`v${newerNode}.`), `asked for Node ${newerNode}, ran ${version}`);
  console.log(`The same on Node ${version}.`);
}

async function attempt(file, args, options = {}) {
  try {
    return { failed: false, code: 0, ...(await run(file, args, options)) };
  } catch (error) {
    return { failed: true, code: error.code, stdout: error.stdout ?? '', stderr: error.stderr ?? String(error) };
  }
}

/** A registry that is not there is no fault of the packages; anything else is. */
function unreachable({ stderr }) {
  const offline = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH/.test(stderr);
  expect(offline && !process.env.CI, stderr);
  console.log('Skipped the rest: the registry cannot be reached.');
}

function expect(holds, problem) {
  if (holds) return;
  throw new Error(`install smoke: ${problem}`);
}
