/**
 * What `npm run build` runs after the types: dist/ in as few files as pays, since reading hundreds of them takes most
 * of a start. The server brings its libraries along; a host app shares its own with `index.js`.
 */
import { build } from 'esbuild';

/** Native, or loaded only where they are needed. */
const LEFT_OUTSIDE = ['@node-rs/argon2', '@zxcvbn-ts/*', 'pino-pretty'];

const options = {
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  sourcemap: true,
  sourcesContent: false,
  logLevel: 'warning',
};

await Promise.all([
  build({ ...options, entryPoints: ['src/index.ts'], packages: 'external' }),
  build({
    ...options,
    entryPoints: ['src/cli.ts'],
    external: LEFT_OUTSIDE,
    // CommonJS libraries require Node's own modules.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module';\nconst require = requireFrom(import.meta.url);",
    },
  }),
]);
