// The launcher, in plain JavaScript for Node ≥ 20: installs what is missing, builds what is stale, then runs Vigie under
// the Node that is pinned among the dependencies. `node scripts/vigie.js COMMAND …`, or `--test …` for the tests.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stampFile = join(root, 'node_modules', '.cache', 'vigie', 'installed');
const args = process.argv.slice(2);

install();
const node = pinnedNode();
const testing = args[0] === '--test';
if (testing || args[0] === 'start') build(node);
const entry = testing
  ? [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...args.slice(1)]
  : [join(root, 'src', 'app', 'main.ts'), ...args];
const child = spawn(node, ['--disable-warning=ExperimentalWarning', ...entry], {
  stdio: 'inherit',
  env: { ...process.env, PATH: `${dirname(node)}:${process.env.PATH ?? ''}` },
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));

function install() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === lock) return;
  if (!existsSync(join(root, 'node_modules', 'node', 'bin')) || !matchesLock()) {
    process.stderr.write('Installing what is missing (a few minutes the first time) …\n');
    // Not `npm ci`: it refuses a lock file that leaves out another platform's optional packages. `--no-save` leaves the file alone.
    run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error']);
  }
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, lock);
}

/** Whether what npm noted at its last install is what the lock file asks for. */
function matchesLock() {
  const noted = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(noted)) return false;
  const installed = JSON.parse(readFileSync(noted, 'utf8')).packages;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === '' || optional || installed[path]?.version === version,
  );
}

function pinnedNode() {
  const pinned = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(pinned)) return pinned;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  throw new Error('The pinned Node 24 is missing: remove node_modules and start again.');
}

/** Builds the web app and the tags when a source is newer than what was built. */
function build(runtime) {
  const built = join(root, 'dist', 'built');
  const sources = ['src', 'index.html', 'vite.config.ts', 'package-lock.json'].map((name) => join(root, name));
  const newest = Math.max(...sources.filter(existsSync).map(newestOf));
  if (existsSync(built) && statSync(built).mtimeMs >= newest) return;
  process.stderr.write('Building the web app …\n');
  run(runtime, ['--disable-warning=ExperimentalWarning', join(root, 'scripts', 'build.ts')]);
  writeFileSync(built, '');
}

function newestOf(path) {
  const entry = statSync(path);
  if (!entry.isDirectory()) return entry.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newestOf(join(path, name))));
}

function run(command, parameters) {
  const { status } = spawnSync(command, parameters, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(status ?? 1);
}
