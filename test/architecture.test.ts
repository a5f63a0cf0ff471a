import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const root = fileURLToPath(new URL('../src/', import.meta.url));
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const sources = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));

/** Rooms from the edge inwards: a room imports its own layer and those behind it, never one in front. */
const layers: readonly (readonly string[])[] = [
  ['cli', 'bin', 'index', 'testing'],
  ['commands'],
  ['server'],
  ['app'],
  ['open-entrance', 'entrance', 'test-seam'],
  ['sign-in', 'console', 'api'],
  ['guards'],
  ['stores', 'settings', 'extensions'],
  ['pages', 'operations', 'doctor'],
  ['requests'],
  ['people', 'access'],
  ['tokens', 'revalidation', 'passwords', 'providers', 'session', 'teams', 'directory', 'audit'],
  ['redis', 'log'],
  ['config'],
  ['identity'],
  [
    'bounded-cache',
    'error-codes',
    'error-texts',
    'errors',
    'clock',
    'host',
    'package-folders',
    'in-time',
    'parse-json',
    'lifetimes',
    'network-cause',
    'preparation',
    'send-file',
    'single-flight',
    'turns',
    'validation',
    'words',
  ],
];
const layerOf = (room: string) => layers.findIndex((layer) => layer.includes(room));
const roomOf = (file: string) => file.split('/')[0]?.replace(/\.[jt]s$/, '') ?? '';
const importsOf = (source: string) =>
  [...source.matchAll(/^(?:import |(?:import|export)[^;]*? from |.*\b(?:import|require)\()'([^']+)'/gms)].map(
    ([, from]) => from ?? '',
  );
const imports = new Map([...sources].map(([file, source]) => [file, importsOf(source)]));

test('every room has its place', () => {
  expect([...new Set(files.map(roomOf))].filter((room) => layerOf(room) < 0)).toEqual([]);
});

test('docs/architecture.md draws these layers', () => {
  const map = readFileSync(join(root, '../docs/architecture.md'), 'utf8');
  const drawing = /^```\n(cli [\s\S]*?)```/m.exec(map)?.[1] ?? '';
  const drawn = drawing.split('→').map((layer) => layer.split('·').map((room) => room.trim()));
  // Of the single files behind all rooms it names some.
  const rooms = layers.slice(0, -1);
  const sorted = (all: readonly (readonly string[])[]) => all.map((layer) => [...layer].sort());
  expect(sorted(drawn.slice(0, rooms.length))).toEqual(sorted(rooms));
});

test('imports go one way', () => {
  const backwards = [...imports].flatMap(([file, all]) =>
    all
      .filter((from) => from.startsWith('.'))
      .map((from) => relative(root, join(root, dirname(file), from)))
      .filter((target) => layerOf(roomOf(target)) < layerOf(roomOf(file)))
      .map((target) => `${file} → ${target}`),
  );
  expect(backwards).toEqual([]);
});

test('no file imports itself by way of others, not even a type', () => {
  const targets = new Map(
    [...imports].map(([file, all]) => [
      file,
      all
        .filter((from) => from.startsWith('.'))
        .map((from) => join(dirname(file), from).replace(/\.js$/, '.ts')),
    ]),
  );
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (file: string, path: readonly string[]) => {
    if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(' → '));
    if (done.has(file) || path.includes(file)) return;
    for (const target of targets.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  expect(cycles).toEqual([]);
});

test('routes never import each other', () => {
  const routes = ['sign-in', 'console', 'api'];
  const across = [...imports].flatMap(([file, all]) =>
    all
      .filter((from) => from.startsWith('../'))
      .map((from) => roomOf(from.slice(3)))
      .filter((room) => routes.includes(roomOf(file)) && routes.includes(room) && room !== roomOf(file))
      .map((room) => `${file} → ${room}`),
  );
  expect(across).toEqual([]);
});

test.each([
  ['openid-client', /^providers\//],
  ['oauth4webapi', /^providers\//],
  ['ejs', /^pages\/templates\.ts$/],
  ['@redis/client', /^redis\//],
  ['express-session', /^(?:session|testing)\//],
  ['@node-rs/argon2', /^passwords\//],
  ['dotenv', /^config\/env-file\.ts$/],
])('%s is imported in its own room alone', (library, room) => {
  const importers = [...imports].filter(([, all]) => all.includes(library)).map(([file]) => file);
  expect(importers.length).toBeGreaterThan(0);
  expect(importers.filter((file) => !room.test(file))).toEqual([]);
});

test('a route is added with a guard, or is open by name', () => {
  const makers = [...sources].filter(
    ([file, source]) =>
      !file.endsWith('.d.ts') && /\b(?:Router|express|createRouter)\(\)/.test(withoutComments(source)),
  );
  expect(makers.map(([file]) => file).sort()).toEqual([
    'app.ts',
    'entrance.ts',
    'guards/own-paths.ts',
    'operations/health.ts',
    'operations/metrics.ts',
    'pages/assets.ts',
    'testing/contracts/browser.ts',
  ]);
  // What goes past the guards of `routes` serves no page: headers, files, the switch of single sign-on, errors.
  const entrance = sources.get('entrance.ts') ?? '';
  expect([...entrance.matchAll(/\brouter\.(\w+)/g)].map(([, method]) => method)).toEqual([
    'use',
    'use',
    'use',
  ]);
  const open = [...entrance.matchAll(/routes\.(\w+)\('([^']+)', 'anyone'/g)];
  expect(open.map(([, method, path]) => `${method} ${path}`)).toEqual([
    'get /admin/login',
    'post /admin/login',
    'post /admin/login/address',
    'post /admin/logout',
    'get /admin/signed-out',
    'post /admin/theme',
    'get /auth/sso/login/:provider',
    'get /auth/sso/callback/:provider',
    'get /auth/sso/logout/:provider',
    'post /auth/sso/logout/:provider',
  ]);
  expect(entrance.match(/'anyone'/g)).toHaveLength(open.length);
});

/** Its documentation names this path (ajv.js.org, “JSON Schema draft-2020-12”). */
const DOCUMENTED_PATHS: ReadonlySet<string> = new Set(['ajv/dist/2020.js']);

test('libraries are imported by what they export, never by a private path', () => {
  const top = fileURLToPath(new URL('../', import.meta.url));
  const everywhere = ['src', 'demo', 'bench', 'test', 'scripts', 'docs', 'examples'].flatMap((folder) =>
    readdirSync(join(top, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.m?[jt]s$/.test(file) && !file.includes('node_modules'))
      .map((file) => join(folder, file)),
  );
  const privately = everywhere.flatMap((file) =>
    importsOf(readFileSync(join(top, file), 'utf8'))
      .filter((from) => !/^[.#]/.test(from) && !isBuiltin(from) && !isExported(from))
      .map((from) => `${file} → ${from}`),
  );
  expect(everywhere.length).toBeGreaterThan(files.length);
  expect(privately).toEqual([]);

  function isExported(from: string): boolean {
    const [, library = '', path = ''] = /^((?:@[^/]+\/)?[^/]+)(.*)$/.exec(from) ?? [];
    if (path === '' || DOCUMENTED_PATHS.has(from)) return true;
    const folder = library === 'express-entrance' ? top : join(top, 'node_modules', library);
    const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return Object.keys(exports ?? {}).some((name) => {
      const [start = '', end] = name.split('*');
      return end === undefined ? `.${path}` === name : `.${path}`.startsWith(start) && path.endsWith(end);
    });
  }
});

test('the environment is read at the edge alone', () => {
  const readers = [...sources]
    .filter(([, source]) => /process\.env/.test(withoutComments(source)))
    .map(([file]) => file);
  expect(readers.sort()).toEqual(['cli.ts', 'testing/no-production.ts']);
});

/** The names of identity providers’ vendors and products; each stands in the folder of its kind alone. */
const VENDORS = new Set([
  ...['microsoft', 'entra', 'aadsts', 'google', 'okta', 'keycloak', 'github', 'ibm'],
  ...['adfs', 'cognito', 'authentik', 'auth0', 'onelogin'],
]);
/** What else has one of these names. */
const ELSEWHERE: readonly (readonly [file: RegExp, words: readonly string[]])[] = [
  // Each kind has its line.
  [/^src\/providers\/kinds\.ts$/, ['entra', 'google', 'okta', 'keycloak', 'github', 'ibm']],
  // Generated from the settings of all kinds.
  [/^src\/host\/settings\.ts$/, [...VENDORS]],
  // Platforms that something runs on.
  [/^src\/config\/listening\.ts$/, ['google']],
  // Tools that keep secrets, and the words of which placeholders are made.
  [/^src\/identity\/reference\.ts$/, ['microsoft', 'google', 'github']],
  [/^src\/identity\/placeholder\.ts$/, ['microsoft', 'entra']],
  // What earlier releases stored.
  [/^src\/directory\/(?:redis\/keys|user-record)\.ts$/, ['entra']],
  // An example of an ID: the provider that every example in the documentation has.
  [/^src\/config\/sso-settings\.ts$/, ['entra']],
  // A member of stored events.
  [/^src\/audit\/(?:event|export)\.ts$/, ['aadsts', 'microsoft']],
  // A file of people may be one that a directory has exported.
  [/^src\/people\/people-(?:csv|columns)\.ts$/, ['entra']],
];

test('a vendor’s name stands in the folder of its kind alone', () => {
  const views = fileURLToPath(new URL('../views/', import.meta.url));
  const templates = readdirSync(views, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ejs'))
    .map((file) => [`views/${file}`, readFileSync(join(views, file), 'utf8')] as const);
  const own = [...sources].map(([file, source]) => [`src/${file}`, source] as const);
  const named = [...own, ...templates]
    .filter(([file]) => !/^src\/providers\/[^/]+\/[^/]+$/.test(file) || SHARED.test(file))
    .flatMap(([file, source]) =>
      vendorsIn(source)
        .filter((word) => !ELSEWHERE.some(([where, words]) => where.test(file) && words.includes(word)))
        .map((word) => `${file}: ${word}`),
    );
  expect(named).toEqual([]);
});

/** Folders of the room that belong to no kind. */
const SHARED = /^src\/providers\/(?:credentials|inspection)\//;

/** Words as they stand alone, in `camelCase`, in `SNAKE_CASE` and in texts. */
function vendorsIn(source: string): readonly string[] {
  const words = source.match(/[A-Z]?[a-z]+\d?|[A-Z]+(?![a-z])\d?/g) ?? [];
  return [...new Set(words.map((word) => word.toLowerCase()))].filter((word) => VENDORS.has(word));
}

test('the demo can’t be reached from the product', () => {
  const reaching = [...imports].filter(([, all]) =>
    all.some((from) => from.includes('demo') || from === 'oidc-provider'),
  );
  expect(reaching.map(([file]) => file)).toEqual([]);
});

function withoutComments(source: string): string {
  return source.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
}
