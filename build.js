/**
 * What `npm run build` runs after the types: dist/ in as few files as pays, since finding and reading hundreds of them
 * takes most of a start.
 */
import { readFileSync } from 'node:fs';
import { build } from 'esbuild';

const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));

/** Native, or loaded only where they are needed. */
const LEFT_OUTSIDE = ['@node-rs/argon2', '@zxcvbn-ts/language-common', 'pino-pretty'];
/** Five hundred files; what a host app shares with us, or updates for its safety, isn't among them. */
const BROUGHT_ALONG = ['@redis/client', '@zxcvbn-ts/core', 'zod'];

const options = {
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  sourcemap: true,
  sourcesContent: false,
  // A tenth of a start is reading blanks and comments; names stay, for the traces of errors.
  minifyWhitespace: true,
  minifySyntax: true,
  // Tables that libraries read when they need them, most of them never.
  loader: { '.json': 'copy' },
  assetNames: 'tables/[name]-[hash]',
  logLevel: 'warning',
  // CommonJS libraries require Node's own modules.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module';\nconst require = requireFrom(import.meta.url);",
  },
};

await Promise.all([
  build({ ...options, entryPoints: ['src/cli.ts'], external: LEFT_OUTSIDE }),
  build({
    ...options,
    entryPoints: ['src/index.ts'],
    external: Object.keys(dependencies).filter((name) => !BROUGHT_ALONG.includes(name)),
  }),
]);
