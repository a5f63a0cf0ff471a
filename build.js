/**
 * What `npm run build` runs after the types: all of src/ in a few files in dist/, since finding and reading hundreds of
 * files takes most of a start. Libraries stay outside, so that an app updates them with npm.
 */
import { build } from 'esbuild';

await build({
  entryPoints: ['src/cli.ts', 'src/index.ts', 'src/testing.ts'],
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
});
