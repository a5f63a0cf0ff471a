import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { benchmarks } from './benchmarks.js';
import type { Benchmark, Options } from './support/benchmark.js';
import { describeMachine } from './support/machine.js';
import { asMarkdown, asText, replaceBlock } from './support/report.js';

const HELP = `Usage: npm run bench -- [NAME …] [options]

Without names all benchmarks run, one after the other. Nothing else should keep the machine busy.

Options
  --rounds N        rounds in which all contestants take their turn (3)
  --seconds N       length of each measurement (4)
  --full            the large sizes too: a million users and a million sessions
  --write           put the tables into docs/performance.md
  --json            print the results as JSON
  --profile FOLDER  leave CPU profiles of the measured servers there
  --help

Benchmarks
`;

const peers = fileURLToPath(new URL('./peers/', import.meta.url));
const page = fileURLToPath(new URL('../docs/performance.md', import.meta.url));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '4' },
    full: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    profile: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const unknown = positionals.filter((name) => !benchmarks.some((benchmark) => benchmark.name === name));

if (values.help || unknown.length > 0) {
  if (unknown.length > 0) process.stderr.write(`Unknown benchmark: ${unknown.join(', ')}\n\n`);
  process.stdout.write(
    `${HELP}${benchmarks.map(({ name, title }) => `  ${name.padEnd(16)}  ${title}\n`).join('')}`,
  );
  process.exitCode = unknown.length > 0 ? 64 : 0;
} else {
  installPeers();
  await run(
    benchmarks.filter(({ name }) => positionals.length === 0 || positionals.includes(name)),
    {
      rounds: Number(values.rounds),
      seconds: Number(values.seconds),
      full: values.full,
      profileFolder: values.profile,
    },
  );
}

/** The peers are packages of the benchmarks alone. */
function installPeers(): void {
  if (existsSync(join(peers, 'node_modules'))) return;
  const { status } = spawnSync('npm', ['ci'], { cwd: peers, stdio: 'inherit' });
  if (status !== 0) throw new Error('the peers could not be installed: npm ci in bench/peers');
}

async function run(chosen: readonly Benchmark[], options: Options): Promise<void> {
  const machine = describeMachine();
  if (!values.json) process.stdout.write(`${machine}\n`);
  const results: Record<string, unknown> = { machine };
  for (const benchmark of chosen) {
    const result = await benchmark.run(options);
    results[benchmark.name] = result;
    if (!values.json) process.stdout.write(`${asText(benchmark, result)}\n`);
    if (values.write) write(benchmark.name, asMarkdown(result));
  }
  if (values.write) {
    write('machine', `${machine}. ${new Date().toISOString().slice(0, 10)}.`);
    format();
  }
  if (values.json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
}

function write(name: string, text: string): void {
  writeFileSync(page, replaceBlock(readFileSync(page, 'utf8'), name, text));
}

/** The linter of the test command wants the page's tables aligned. */
function format(): void {
  const { status } = spawnSync('npx', ['biome', 'format', '--write', page], { stdio: 'inherit' });
  if (status !== 0) throw new Error('docs/performance.md is written but not formatted: npm run format');
}
