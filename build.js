/**
 * What `npm run build` runs after the types: all of src/ in a few files in dist/, since finding and reading hundreds of
 * files takes most of a start. Libraries stay outside, so that an app updates them with npm.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';

/** The names of the files that the package exports: `index` stands for src/index.ts. */
const exported = Object.values(JSON.parse(readFileSync('package.json', 'utf8')).exports)
  .map((one) => /^\.\/dist\/(.+)\.js$/.exec(one.import?.default)?.[1])
  .filter((name) => name !== undefined);

/** The name of another file of ours where it is imported, without and with what follows it. */
const OWN_FILE = /((?:from |import |import\()["']\.{1,2}\/[^"']+)\.js(["'])/g;

await build({
  entryPoints: [
    { in: 'src/bin.ts', out: 'cli' },
    ...exported.map((name) => ({ in: `src/${name}.ts`, out: name })),
  ],
  outdir: 'dist',
  bundle: true,
  packages: 'external',
  // What is imported when it is first needed stands in files of its own.
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  sourcemap: true,
  sourcesContent: false,
  // Names and lines stay, for the traces of errors.
  minifyWhitespace: true,
  minifySyntax: true,
  lineLimit: 160,
  logLevel: 'warning',
  // Some imports of ours bring types only.
  logOverride: { 'ignored-bare-import': 'silent' },
});

for (const name of exported) writeFileSync(`dist/${name}.cjs`, `module.exports = require('./${name}.js');\n`);
writeTypes();

/** Leaves the types that the exported files reach, and writes each a second time for apps of CommonJS. */
function writeTypes() {
  const reached = typesReachedFrom(exported.map((name) => join('dist', `${name}.d.ts`)));
  for (const file of readdirSync('dist', { recursive: true }).map((name) => join('dist', name))) {
    if (file.endsWith('.d.ts') && !reached.has(file)) rmSync(file);
  }
  for (const [file, text] of reached)
    writeFileSync(file.replace(/\.ts$/, '.cts'), text.replaceAll(OWN_FILE, '$1.cjs$2'));
}

/** Files and their texts. */
function typesReachedFrom(entries) {
  const texts = new Map();
  for (const waiting = [...entries]; waiting.length > 0; ) {
    const file = waiting.pop();
    if (texts.has(file)) continue;
    const text = readFileSync(file, 'utf8');
    texts.set(file, text);
    for (const [, start] of text.matchAll(OWN_FILE))
      waiting.push(join(dirname(file), `${start.replace(/^.*["']/, '')}.d.ts`));
  }
  return texts;
}
