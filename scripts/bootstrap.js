// Runs the two commands of the README in a fresh clone: needs Node and npm, nothing else.
//   node scripts/bootstrap.js demo | test | build
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const { packageManager, engines } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
const [command = 'test', ...rest] = process.argv.slice(2);

const commands = {
  build: () => {},
  demo: () => node('examples/demo/demo.js', ...rest),
  test: () => node('node_modules/vitest/vitest.mjs', 'run', ...rest),
};

if (!Object.hasOwn(commands, command)) {
  console.error(`Unknown command '${command}'. Use one of: ${Object.keys(commands).join(', ')}.`);
  process.exit(2);
}
expectNode(engines.node.replace('>=', ''));
if (!isInstalled()) pnpm('install', '--frozen-lockfile', '--prefer-offline');
pnpm('--silent', 'run', 'build');
commands[command]();

function expectNode(minimum) {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [needMajor, needMinor] = minimum.split('.').map(Number);
  if (major > needMajor || (major === needMajor && minor >= needMinor)) return;
  console.error(`Sluice needs Node ${minimum} or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

function isInstalled() {
  const mark = `${root}node_modules/.modules.yaml`;
  return existsSync(mark) && statSync(mark).mtimeMs >= statSync(`${root}pnpm-lock.yaml`).mtimeMs;
}

function pnpm(...args) {
  run('npx', ['--yes', packageManager, ...args]);
}

function node(...args) {
  run(process.execPath, args);
}

function run(file, args) {
  const { status, error } = spawnSync(file, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  if (error) console.error(`${file} could not be started: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}
