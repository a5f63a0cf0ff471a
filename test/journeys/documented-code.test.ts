import { readFileSync } from 'node:fs';
import { copyFile, cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type SimulatedMicrosoft, startSimulatedMicrosoft } from '../../demo/simulator/simulator.js';
import {
  blocksOf,
  type CodeBlock,
  documentedPages,
  FRAMES,
  FRAMES_FOLDER,
  isProgram,
  isTest,
  LANGUAGES_THAT_DO_NOT_RUN,
  MARKER,
  onFreePort,
} from '../support/documented-code.js';
import { REDIRECT_URI, usualSettings } from '../support/entrance.js';
import { compile } from '../support/packed-project.js';
import { type RedisServer, startRedisServer } from '../support/redis-server.js';
import { runToEnd, startProgram } from '../support/start-program.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Settings that a page tells its reader to add. */
const OF_PROGRAMS = { SSO_ACME_CLIENT_SECRET: 'lantern-quartz-41-meadow' };
const LIBRARIES = [
  ...['express', 'express-session', 'supertest', 'pino', 'node-sqlite3-wasm'],
  ...['express', 'express-session', 'supertest', 'node'].map((name) => `@types/${name}`),
];

const blocks = documentedPages().flatMap(blocksOf);
const code = blocks.filter(({ isCode, marker }) => isCode && marker !== MARKER);
const programs = code.filter(isProgram);
const tests = code.filter((block) => !isProgram(block) && isTest(block));
/** A file that is neither a program nor a test is what others of its page import. */
const fragments = code.filter((block) => !isProgram(block) && block.file === undefined);
const nameOf = ({ page, number }: CodeBlock) => `${page}, block ${number}`;

let microsoft: SimulatedMicrosoft;
let redis: RedisServer;
let folder: string;
beforeAll(async () => {
  [microsoft, redis] = await Promise.all([
    startSimulatedMicrosoft({ redirectUris: [REDIRECT_URI] }),
    startRedisServer(),
  ]);
  folder = await mkdtemp(join(tmpdir(), 'entrance-code-'));
  await link('express-entrance', '.');
  for (const name of LIBRARIES) await link(name, join('node_modules', name));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await cp(join(ROOT, 'examples/own-users-table'), join(folder, 'docs-extending-directory'), {
    recursive: true,
  });
  for (const file of ['around.ts', 'in-turn.ts'])
    await copyFile(join(FRAMES_FOLDER, file), join(folder, file));
  for (const block of code) {
    await mkdir(join(folder, block.folder), { recursive: true });
    await writeFile(join(folder, block.path), onFreePort(block.program));
  }
  await compile(
    folder,
    ['in-turn.ts', ...code.map(({ path }) => path).filter((path) => path.endsWith('.ts'))],
    // The types of libraries are looked at in mounted-projects.test.ts.
    ['--types', 'node', '--skipLibCheck'],
  );
});
afterAll(async () => {
  await Promise.all([microsoft.close(), redis.stop(), rm(folder, { recursive: true })]);
});

async function link(name: string, from: string): Promise<void> {
  await mkdir(dirname(join(folder, 'node_modules', name)), { recursive: true });
  await symlink(join(ROOT, from), join(folder, 'node_modules', name));
}

const environment = () => ({
  ...usualSettings(microsoft),
  ...OF_PROGRAMS,
  PORT: '0',
  REDIS_FOR_TESTS: redis.url,
});
const compiled = ({ path }: CodeBlock) => join(folder, path.replace(/\.ts$/, '.js'));

describe('every program in the documentation', () => {
  test.each(programs.map((block) => [nameOf(block), block] as const))(
    '%s starts, shows the sign-in page, and refuses a program that has no session',
    async (_name, block) => {
      const { port, stop } = await startProgram(['node', compiled(block)], {
        cwd: join(folder, block.folder),
        env: environment(),
      });
      try {
        const page = await fetch(`http://localhost:${port}/admin/login`);
        expect(await page.text()).toContain('Continue with Microsoft');
        const [, guarded = '/auth/me'] =
          /app\.(?:get|use)\('([^']+)', entrance\.require/.exec(block.code) ?? [];
        const refused = await fetch(`http://localhost:${port}${guarded}`);
        expect(refused.status).toBe(401);
      } finally {
        stop();
      }
    },
  );
});

describe('every test in the documentation', () => {
  test.each(tests.map((block) => [nameOf(block), block] as const))('%s passes', async (_name, block) => {
    const output = await runToEnd(['node', '--test-reporter=tap', compiled(block)], {
      cwd: join(folder, block.folder),
      env: environment(),
    });
    expect(output).toMatch(/^# pass [1-9]/m);
  });
});

describe('every other piece of code in the documentation', () => {
  let printed: string;
  beforeAll(async () => {
    const program = ['node', join(folder, 'in-turn.js'), ...fragments.map(compiled)];
    printed = await runToEnd(program, { cwd: folder, env: environment() });
  });

  test.each(fragments.map((block) => [nameOf(block), block] as const))(
    '%s does what its page says',
    (_name, block) => {
      const output = printed.split(/^# /m).find((part) => part.startsWith(`${compiled(block)}\n`));
      expect(output).toMatch(/^checked$/m); // the end of its frame
    },
  );

  test('a file that is neither a program nor a test is imported by one of its page', () => {
    const others = new Set([...programs, ...tests, ...fragments]);
    const parts = code.filter((block) => !others.has(block));
    const imported = (part: CodeBlock) =>
      code.some(({ page, code: text }) => page === part.page && text.includes(`'./${importName(part)}'`));
    expect(parts.filter((part) => !imported(part)).map(nameOf)).toEqual([]);
  });

  test('has a frame, and each frame has its block', () => {
    expect([...FRAMES].sort()).toEqual(fragments.map(({ frame }) => frame).sort());
  });
});

describe('nothing is left out silently', () => {
  test.each(documentedPages())('each fence in %s is that of a block', (page) => {
    const fences = readFileSync(join(ROOT, page), 'utf8').match(/^[\t >*-]*(?:```|~~~)/gm) ?? [];
    expect(fences).toHaveLength(2 * blocksOf(page).length);
  });

  test('every block has a language that runs, or one that is known not to run here', () => {
    const unknown = blocks.filter(
      ({ isCode, language }) => !isCode && !LANGUAGES_THAT_DO_NOT_RUN.has(language),
    );
    expect(unknown.map((block) => `${nameOf(block)}: ${block.language}`)).toEqual([]);
  });

  test(`code for another place is marked “${MARKER}”`, () => {
    const marked = blocks.filter(({ marker }) => marker !== '');
    expect(marked.map(({ page, marker }) => `${page}: ${marker}`)).toEqual([
      `docs/providers/generic.md: ${MARKER}`, // an Action of Auth0
    ]);
  });

  test('the pages of a library have programs and fragments', () => {
    for (const page of ['README.md', 'docs/library.md', 'docs/migrating/passport-azure-ad.md'])
      expect(programs.map((block) => block.page)).toContain(page);
    for (const page of ['hooks', 'audit-sink', 'directory', 'provider', 'testing', 'views-and-texts'])
      expect([...tests, ...fragments].map((block) => block.page)).toContain(`docs/extending/${page}.md`);
  });
});

function importName({ file = '' }: CodeBlock): string {
  return file.replace(/\.ts$/, '.js');
}
