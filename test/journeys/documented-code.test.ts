import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type SimulatedMicrosoft, startSimulatedMicrosoft } from '../../demo/simulator/simulator.js';
import { REDIRECT_URI, usualSettings } from '../support/entrance.js';
import { startProgram } from '../support/start-program.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const LISTENS = 'createServer(serverOptions(app), app).listen(8000)';
/** Settings that a page tells its reader to add. */
const OF_PROGRAMS = { SSO_ACME_CLIENT_SECRET: 'lantern-quartz-41-meadow' };
const run = promisify(execFile);

const pages = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];
const programs = new Map<string, string>();
let microsoft: SimulatedMicrosoft;
let folder: string;

beforeAll(async () => {
  microsoft = await startSimulatedMicrosoft({ redirectUris: [REDIRECT_URI] });
  folder = await mkdtemp(join(tmpdir(), 'entrance-code-'));
  await mkdir(join(folder, 'node_modules/@types'), { recursive: true });
  await symlink(ROOT, join(folder, 'node_modules/express-entrance'));
  for (const name of ['express', '@types/express', '@types/node', 'pino'])
    await symlink(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  for (const page of pages) {
    const blocks = [...(await readFile(join(ROOT, page), 'utf8')).matchAll(/^```ts\n(.*?)^```/gms)];
    for (const [index, [, code = '']] of blocks.entries()) {
      if (!code.includes(LISTENS)) continue; // a part of a program
      const name = `${page.replaceAll(/\W+/g, '-')}-${index}.ts`;
      programs.set(name, code);
      await writeFile(join(folder, name), onFreePort(code));
    }
  }
});
afterAll(async () => {
  await microsoft.close();
  await rm(folder, { recursive: true });
});

/** The program with a free port in place of 8000. */
function onFreePort(code: string): string {
  return code.replace(
    LISTENS,
    "const server = createServer(serverOptions(app), app).listen(0, () => console.log('listening on', JSON.stringify(server.address()).match(/\\d{4,}/)?.[0]))",
  );
}

test('every program in the documentation is typed, starts, shows the sign-in page, and refuses a program that has no session', async () => {
  const names = [...programs.keys()];
  expect(names).toEqual(
    expect.arrayContaining(['README-md-0.ts', 'docs-migrating-passport-azure-ad-md-0.ts']),
  );
  const options = ['--strict', '--module', 'nodenext', '--target', 'es2022', '--types', 'node'];
  const compiling = run(join(ROOT, 'node_modules/.bin/tsc'), [...options, ...names], { cwd: folder });
  expect(
    await compiling.then(
      () => '',
      ({ stdout }) => stdout,
    ),
  ).toBe('');

  for (const [name, code] of programs) {
    const { port, stop } = await startProgram(['node', name.replace('.ts', '.js')], {
      cwd: folder,
      env: { ...usualSettings(microsoft), ...OF_PROGRAMS, PORT: '0' },
    });
    try {
      const page = await fetch(`http://localhost:${port}/admin/login`);
      expect(await page.text()).toContain('Continue with Microsoft');
      const [, guarded = ''] = /app\.(?:get|use)\('([^']+)', entrance\.require/.exec(code) ?? [];
      const refused = await fetch(`http://localhost:${port}${guarded}`);
      expect({ name, status: refused.status }).toEqual({ name, status: 401 });
    } finally {
      stop();
    }
  }
});
