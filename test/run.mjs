/**
 * What `npm test` runs: the tools that the tests need, the build, the types, the lint, then Jest, which gets the
 * arguments. Each step counts as one, beside Jest's own tests, and a skipped test counts as failed. The last line is
 * `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const jestArguments = process.argv.slice(2);
/** Debian has servers where not everybody's PATH leads. */
const searchPath = [process.env.PATH ?? '', '/usr/sbin'].join(delimiter);
/**
 * Each suite loads all modules anew. In a larger nursery most of that dies before the garbage collector copies it, and optimising
 * code that goes with its suite isn’t worth it: later releases of Node.js wait longer with that by themselves.
 */
const V8_FLAGS = [
  '--min-semi-space-size=32',
  '--max-semi-space-size=64',
  ...(process.version.startsWith('v20.') ? ['--interrupt-budget=300000'] : []),
];

/** The policy keeps the package from starting a Redis of its own: tests start theirs. */
const INSTALL = `
set -e
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  trap 'exit 1' HUP INT TERM
  printf '#!/bin/sh\\nexit 101\\n' > "$policy"
  chmod 755 "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update --quiet -o Acquire::Retries=3
apt-get install --quiet --yes -o Acquire::Retries=3 --no-install-recommends redis-server chromium fonts-liberation nginx caddy openssl
`;

process.exitCode = run() ? 0 : 1;

function run() {
  const chromium = haveTools();
  if (chromium === undefined) return conclude([{ passed: 0, failed: 1 }]);
  return conclude([step('build'), step('types'), step('lint'), jest(chromium)]);
}

function conclude(counts) {
  const passed = counts.reduce((sum, count) => sum + count.passed, 0);
  const failed = counts.reduce((sum, count) => sum + count.failed, 0);
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed === 0;
}

/** The path of Chromium; undefined where one of the tools is missing and can't be installed. */
function haveTools() {
  const missing = () =>
    findChromium() === undefined ||
    ['redis-server', 'nginx', 'caddy', 'openssl'].some((tool) => findOnPath(tool) === undefined);
  if (missing()) installTools();
  if (!missing()) return findChromium();
  console.error(
    'The tests need Redis, Chromium, nginx, Caddy and OpenSSL: apt-get install redis-server chromium nginx caddy openssl (or set CHROMIUM to a browser’s path).',
  );
  return undefined;
}

function findChromium() {
  return process.env.CHROMIUM ?? findOnPath('chromium') ?? findOnPath('chromium-browser');
}

function findOnPath(name) {
  return searchPath
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function installTools() {
  if (findOnPath('apt-get') === undefined) return;
  const isRoot = process.getuid?.() === 0;
  if (!isRoot && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status !== 0) return;
  console.log('Installing redis-server, chromium, nginx, caddy and openssl, which the tests need …');
  const [command, ...before] = isRoot ? ['sh'] : ['sudo', '-n', 'sh'];
  spawnSync(command, [...before, '-c', INSTALL], { stdio: 'inherit' });
}

function step(script) {
  console.log(`\n${script}:`);
  const { status } = spawnSync('npm', ['run', '--silent', script], { cwd: root, stdio: 'inherit' });
  console.log(`${script}: ${status === 0 ? 'passed' : 'failed'}`);
  return status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

function jest(chromium) {
  const folder = mkdtempSync(join(tmpdir(), 'entrance-test-'));
  const results = join(folder, 'results.json');
  const nodeOptions = [
    process.env.NODE_OPTIONS,
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
  ];
  console.log(`\ntests: jest ${jestArguments.join(' ')}`);
  try {
    const { status } = spawnSync(
      process.execPath,
      [
        ...V8_FLAGS,
        join(root, 'node_modules/jest/bin/jest.js'),
        // A failed test may leave a server open, and must not keep the tally from being told.
        '--forceExit',
        '--json',
        `--outputFile=${results}`,
        ...jestArguments,
      ],
      {
        cwd: root,
        stdio: 'inherit',
        env: {
          ...process.env,
          NODE_OPTIONS: nodeOptions.filter(Boolean).join(' '),
          CHROMIUM: chromium,
          PATH: searchPath,
        },
      },
    );
    return countsOf(JSON.parse(readFileSync(results, 'utf8')), status);
  } catch (error) {
    console.error(`tests: Jest left no results (${error.message})`);
    return { passed: 0, failed: 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function countsOf(results, status) {
  const skipped = skippedTests(results);
  for (const name of skipped) console.error(`skipped, which counts as failed: ${name}`);
  const passed = results.numPassedTests;
  const failed = results.numFailedTests + results.numRuntimeErrorTestSuites + skipped.length;
  if (passed + failed === 0) console.error('tests: none ran');
  const isClean = status === 0 && passed > 0;
  return { passed, failed: isClean || failed > 0 ? failed : 1 };
}

/** With a name pattern of the caller's, what doesn't match was left out on purpose. */
function skippedTests(results) {
  const byName = jestArguments.some((argument) => /^(?:-t|--testNamePattern)/.test(argument));
  return results.testResults.flatMap(({ name: file, assertionResults }) =>
    assertionResults
      .filter(
        ({ status }) =>
          status === 'todo' ||
          (!byName && (status === 'pending' || status === 'skipped' || status === 'disabled')),
      )
      .map(({ fullName }) => `${relative(root, file)}: ${fullName}`),
  );
}
