/**
 * Jest loads every module of every library anew for each file of tests: some 1,500 files, which takes longer than most tests do. So
 * the largest libraries are bundled once, before the tests. What they share stays shared.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
export const FOLDER = 'node_modules/.cache/entrance-test';
export const LIBRARIES = [
  '@redis/client',
  'ajv-formats',
  'ajv/dist/2020.js',
  'oidc-provider',
  'prom-client',
  'rate-limiter-flexible',
  'redis',
  'zod',
];

/** Libraries of CommonJS expect `require`, which modules don't have. */
const REQUIRE = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`;

export default async function bundleLibraries() {
  const folder = join(root, FOLDER);
  const stamp = join(folder, 'made-of');
  const sources = ['package-lock.json', 'test/bundled-libraries.mjs'];
  const madeOf = (await Promise.all(sources.map((file) => readFile(join(root, file), 'utf8')))).join();
  if ((await readFile(stamp, 'utf8').catch(() => '')) === madeOf) return;
  const entries = await Promise.all(LIBRARIES.map((library) => writeEntry(join(folder, 'entries'), library)));
  await build({
    entryPoints: entries,
    outdir: folder,
    outbase: join(folder, 'entries'),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    banner: { js: REQUIRE },
    logLevel: 'error',
  });
  await writeFile(stamp, madeOf);
}

/** Names what the library exports: a bundler can't tell that of CommonJS. */
async function writeEntry(folder, library) {
  const names = Object.keys(await import(library)).filter((name) => name !== 'module.exports');
  const file = join(folder, `${library.replace(/\.js$/, '')}.mjs`);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `export { ${names.join(', ')} } from '${library}';\n`);
  return file;
}
