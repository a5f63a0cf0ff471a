import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as attw from '@arethetypeswrong/core';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { publint } from 'publint';

/** The package as npm would publish it; needs the build in `dist/`. */

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const MAX_UNPACKED_BYTES = 3 * 1024 * 1024;

interface Packed {
  readonly filename: string;
  readonly files: ReadonlyArray<{ readonly path: string; readonly size: number }>;
}

let folder: string;
let packed: Packed;
let tarball: Uint8Array<ArrayBuffer>;
let paths: ReadonlySet<string>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'entrance-packed-'));
  const args = ['pack', '--json', '--offline', '--ignore-scripts', '--pack-destination', folder];
  const reports: Packed[] = JSON.parse(execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8' }));
  const [report] = reports;
  if (report === undefined) throw new Error('npm packed nothing');
  packed = report;
  tarball = Uint8Array.from(await readFile(join(folder, packed.filename)));
  paths = new Set(packed.files.map(({ path }) => path));
});
afterAll(() => rm(folder, { recursive: true }));

describe('the package', () => {
  test('has no fault that publint knows', async () => {
    const { messages } = await publint({ pack: { tarball: tarball.buffer }, strict: true });
    expect(messages).toEqual([]);
  });

  test('has types for every kind of import', async () => {
    const result = await attw.checkPackage(attw.createPackageFromTarballData(tarball));
    expect(result).toMatchObject({ types: { kind: 'included' }, problems: [] });
  });

  test('has types that an app can check without the types of our libraries: of them, zod brings its own', () => {
    const types = [...paths].filter((path) => /\.d\.c?ts$/.test(path));
    expect(types).toContain('dist/testing.d.cts');
    const named = types.flatMap((path) => librariesIn(readFileSync(join(ROOT, path), 'utf8')));
    expect([...new Set(named)]).toEqual(['zod']);
  });

  test('takes less than 3 MB unpacked, without source maps', () => {
    const sizes = packed.files.filter(({ path }) => !path.endsWith('.map')).map(({ size }) => size);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MAX_UNPACKED_BYTES);
  });

  test('has every file that a page in it links to', () => {
    const pages = [...paths].filter((path) => path.endsWith('.md'));
    expect(pages).toContain('README.md');
    const broken = pages.flatMap((page) =>
      linksIn(readFileSync(join(ROOT, page), 'utf8'))
        .map((link) => normalize(join(dirname(page), link)).replace(/\/$/, ''))
        .filter((target) => !isPacked(target))
        .map((target) => `${page}: ${target}`),
    );
    expect(broken).toEqual([]);
  });
});

/** The relative targets of links and images, without fragments. */
function linksIn(page: string): string[] {
  const text = page.replaceAll(/^```.*?^```/gms, '').replaceAll(/`[^`\n]*`/g, '');
  return [...text.matchAll(/\]\(<?([^)>\s]+)|(?:src|srcset|href)="([^"]+)"/g)]
    .map(([, inMarkdown, inHtml]) => inMarkdown ?? inHtml ?? '')
    .filter((target) => !/^(?:[a-z]+:|#)/i.test(target))
    .map((target) => target.replace(/#.*$/, ''));
}

function isPacked(target: string): boolean {
  return paths.has(target) || [...paths].some((path) => path.startsWith(`${target}/`));
}

describe('the build', () => {
  const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  /** connect-redis runs on it, as its peer. */
  const peersOfLibraries = ['redis'];
  const files = readdirSync(join(ROOT, 'dist')).map((file) => join(ROOT, 'dist', file));
  const imported = new Set(
    files
      .filter((file) => file.endsWith('.js'))
      .flatMap((file) => librariesIn(readFileSync(file, 'utf8')))
      .filter((name) => !builtinModules.includes(name)),
  );
  const runtime = Object.keys({ ...dependencies, ...peerDependencies }).filter(
    (name) => !name.startsWith('@types/'),
  );

  test('runs the libraries that are installed beside it, all of them and no others', () => {
    expect([...imported, ...peersOfLibraries].sort()).toEqual(runtime.sort());
  });

  test('holds no library', () => {
    const sources = files
      .filter((file) => file.endsWith('.map'))
      .flatMap((file): string[] => JSON.parse(readFileSync(file, 'utf8')).sources);
    expect(sources).toContain('../src/entrance.ts');
    expect(sources.filter((source) => !source.startsWith('../src/'))).toEqual([]);
  });

  test('can be required by CommonJS', () => {
    const exported = "console.log(typeof require('./dist/index.cjs').createEntrance)";
    expect(execFileSync(process.execPath, ['-e', exported], { cwd: ROOT, encoding: 'utf8' })).toBe(
      'function\n',
    );
    expect(existsSync(join(ROOT, 'dist/index.d.cts'))).toBe(true);
  });
});

/** The installed packages that a file of the build imports or requires. */
function librariesIn(code: string): string[] {
  // A long line is broken within a text too.
  const unbroken = code.replaceAll('\\\n', '');
  const specifiers = unbroken.matchAll(
    /(?:\bfrom|\bimport\(?|\brequire\w*\(|\.url\)\()\s*["']((?:@[\w.-]+\/)?[a-z][\w.-]*)/g,
  );
  return [...specifiers]
    .map(([, name = '']) => name)
    .filter((name) => existsSync(join(ROOT, 'node_modules', name, 'package.json')));
}
