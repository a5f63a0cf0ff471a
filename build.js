/**
 * What `npm run build` runs after the types: dist/ in as few files as pays, since finding and reading hundreds of them
 * takes most of a start. THIRD-PARTY-NOTICES.txt names the versions of what is in them.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

/** Native, or large and never needed by most. */
const LEFT_OUTSIDE = ['@node-rs/argon2', '@zxcvbn-ts/language-common', 'pino-pretty'];
/** What a host app shares with us, or updates for its safety. */
const OF_THE_HOST = ['express', 'pino', 'openid-client', 'oauth4webapi', 'jose'];

const options = {
  outdir: 'dist',
  bundle: true,
  // What is imported when it is first needed stands in files of its own.
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  metafile: true,
  sourcemap: true,
  sourcesContent: false,
  // A tenth of a start is reading blanks and comments. Names and lines stay, for the traces of errors.
  minifyWhitespace: true,
  minifySyntax: true,
  lineLimit: 160,
  // Tables that libraries read when they need them, most of them never.
  loader: { '.json': 'copy' },
  assetNames: 'tables/[name]-[hash]',
  logLevel: 'warning',
  // CommonJS libraries require Node's own modules.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module';\nconst require = requireFrom(import.meta.url);",
  },
};

const bundles = await Promise.all([
  build({
    ...options,
    entryPoints: ['src/cli.ts'],
    external: LEFT_OUTSIDE,
  }),
  build({
    ...options,
    entryPoints: ['src/index.ts'],
    external: [...LEFT_OUTSIDE, ...OF_THE_HOST],
  }),
]);
writeFileSync(
  'dist/THIRD-PARTY-NOTICES.txt',
  noticesOf(bundles.flatMap(({ metafile }) => Object.keys(metafile.inputs))),
);

/** Names, versions and licences of the libraries that these files are of, as their licences ask for. */
function noticesOf(files) {
  const folders = files.map((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0]).filter(Boolean);
  return [...new Set(folders)]
    .sort()
    .map(noticeOf)
    .join(`\n\n${'-'.repeat(72)}\n\n`);
}

function noticeOf(folder) {
  const { name, version, license, repository } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const file = readdirSync(folder).find((one) => /^(licen[cs]e|copying)/i.test(one));
  const text =
    file !== undefined ? readFileSync(`${folder}/${file}`, 'utf8') : `See ${repository?.url ?? repository}`;
  return `${name} ${version} (${license})\n\n${text.trim()}`.trim();
}
