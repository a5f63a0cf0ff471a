import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ConfigError } from '#entrance/config/config-error.js';
import type { Files } from '#entrance/config/secret-file.js';
import { parseConfig } from '#entrance/settings.js';
import { entraConfigOf } from '../support/entra.js';

const administrator = {
  PLATFORM_ADMIN_EMAIL: 'root@acmecorp.com',
  PLATFORM_ADMIN_PASSWORD: 'plum-harbour-violin-92',
};
const FIRST = 'first-secret-k9fWq3tYp0Zr8xLm2Nv';
const SAME_SIZE = 'other-secret-B6sHd4JgC7aTeUoIyRw';
const SECOND = 'second-secret-XzQ1Mh5nKb7DcV3gTf8';

/** Files in memory and a clock to turn. */
function world(contents: Record<string, string>) {
  const written = new Map(Object.entries(contents).map(([path, text]) => [path, { text, version: 0 }]));
  let now = 1_000_000;
  let looks = 0;
  const find = (path: string) => {
    const file = written.get(path);
    if (file === undefined) throw Object.assign(new Error(`no such file: ${path}`), { code: 'ENOENT' });
    return file;
  };
  const files: Files = {
    read: (path) => Buffer.from(find(path).text),
    stamp(path) {
      looks += 1;
      return String(find(path).version);
    },
  };
  return {
    files,
    clock: { now: () => now },
    looks: () => looks,
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
    write: (path: string, text: string) => written.set(path, { text, version: now }),
    remove: (path: string) => written.delete(path),
  };
}

const FILE = '/run/secrets/session';
const parse = (
  it: ReturnType<typeof world>,
  settings: Record<string, string> = { SESSION_SECRET_FILE: FILE },
) => parseConfig({ ...administrator, ...settings }, it);

describe('a secret in a file', () => {
  test('is the file’s content without the newline at its end', () => {
    for (const text of [FIRST, `${FIRST}\n`, `${FIRST}\r\n`, `\uFEFF${FIRST}\n`]) {
      expect(parse(world({ [FILE]: text })).session.secret.values()).toEqual([FIRST]);
    }
  });

  test('may be a list: one per line, commas and all, or a JSON array', () => {
    const comma = `${FIRST},${SECOND}`;
    expect(parse(world({ [FILE]: `${comma}\n\n${SECOND}\n` })).session.secret.values()).toEqual([
      comma,
      SECOND,
    ]);
    expect(parse(world({ [FILE]: JSON.stringify([FIRST, SECOND]) })).session.secret.values()).toEqual([
      FIRST,
      SECOND,
    ]);
  });

  test('is read again when it changed, a second later at the latest', () => {
    const it = world({ [FILE]: FIRST });
    const { secret } = parse(it).session;
    it.pass(1);
    it.write(FILE, `${SECOND}\n${FIRST}`);
    it.pass(998);
    expect(secret.value()).toBe(FIRST);
    it.pass(1);
    expect(secret.values()).toEqual([SECOND, FIRST]);
  });

  test('is looked at no more than once a second, however often it is used', () => {
    const it = world({ [FILE]: FIRST });
    const { secret } = parse(it).session;
    const before = it.looks();
    for (let use = 0; use < 100; use += 1) {
      it.pass(50);
      secret.value();
    }
    expect(it.looks() - before).toBe(5);
  });

  test.each([
    ['gone', (it: ReturnType<typeof world>) => it.remove(FILE)],
    ['empty', (it: ReturnType<typeof world>) => it.write(FILE, '\n')],
    ['too short', (it: ReturnType<typeof world>) => it.write(FILE, 'half-writ')],
    ['broken', (it: ReturnType<typeof world>) => it.write(FILE, `["${SECOND}"`)],
  ])('that is %s keeps its last good value, and is taken once it is right', (_, spoil) => {
    const it = world({ [FILE]: FIRST });
    const { secret } = parse(it).session;
    it.pass(1_000);
    spoil(it);
    expect(secret.value()).toBe(FIRST);
    it.pass(1_000);
    expect(secret.value()).toBe(FIRST);
    it.write(FILE, SECOND);
    it.pass(1_000);
    expect(secret.value()).toBe(SECOND);
  });

  test('is noticed on a real disk, also when it is replaced by another of the same size', () => {
    const folder = mkdtempSync(join(tmpdir(), 'entrance-secret-'));
    const path = join(folder, 'secret');
    writeFileSync(path, FIRST);
    let now = 0;
    const { secret } = parseConfig(
      { ...administrator, SESSION_SECRET_FILE: path },
      { clock: { now: () => now } },
    ).session;
    writeFileSync(`${path}.new`, SAME_SIZE);
    renameSync(`${path}.new`, path);
    now += 1_000;
    expect(secret.value()).toBe(SAME_SIZE);
    rmSync(folder, { recursive: true });
  });

  test.each([
    ['SESSION_SECRET', FIRST],
    ['PLATFORM_ADMIN_PASSWORD', 'another-strong-one-71-lamps'],
    ['METRICS_TOKEN', 'k9fWq3tYp0Zr8xLm'],
    ['REDIS_URL', 'redis://localhost:6379'],
    ['SSO_ENTRA_CLIENT_SECRET', 'Zx8~aB.cD_eF-gH1iJ2kL3mN4oP5qR6s'],
  ])('goes for %s', (name, value) => {
    const it = world({ '/secret': `${value}\n` });
    const config = parseConfig(
      {
        PLATFORM_ADMIN_EMAIL: 'root@acmecorp.com',
        ...(name === 'PLATFORM_ADMIN_PASSWORD' ? {} : administrator),
        SSO_ENABLED: 'true',
        SSO_ENTRA_ENABLED: 'true',
        SSO_ENTRA_CLIENT_ID: '1b7e4d3a-9c26-4f08-a5d1-6e0c82f39b47',
        SSO_ENTRA_TENANT_ID: 'acmecorp.com',
        ...(name === 'SSO_ENTRA_CLIENT_SECRET' ? {} : { SSO_ENTRA_CLIENT_SECRET: 'plum~Harbour.92' }),
        [`${name}_FILE`]: '/secret',
      },
      it,
    );
    const secrets = [
      config.session.secret,
      config.localAccounts.administrator?.password,
      config.metricsToken,
      config.store.redisUrl,
      entraConfigOf(config)?.credentials.secret,
    ];
    expect(secrets.map((secret) => secret?.value())).toContain(value);
  });
});

describe('a secret’s file at start', () => {
  const problemOf = (contents: Record<string, string>, settings: Record<string, string>) => {
    try {
      parse(world(contents), settings);
    } catch (error) {
      if (error instanceof ConfigError)
        return error.problems.map(({ variable, problem }) => `${variable} ${problem}`);
    }
    return [];
  };

  test('must be there', () => {
    expect(problemOf({}, { SESSION_SECRET_FILE: FILE })).toEqual([
      'SESSION_SECRET_FILE names a file that can’t be read: there is no such file',
    ]);
  });
  test('must not be empty', () => {
    expect(problemOf({ [FILE]: ' \n' }, { SESSION_SECRET_FILE: FILE })).toEqual([
      'SESSION_SECRET_FILE names an empty file',
    ]);
  });
  test('must not stand beside the value itself', () => {
    expect(problemOf({ [FILE]: FIRST }, { SESSION_SECRET_FILE: FILE, SESSION_SECRET: FIRST })).toEqual([
      'SESSION_SECRET and SESSION_SECRET_FILE are both set: keep one of them',
    ]);
  });
  test('must hold one value where there can be but one', () => {
    expect(problemOf({ '/token': `${FIRST}\n${SECOND}` }, { METRICS_TOKEN_FILE: '/token' })[0]).toContain(
      'several lines',
    );
  });
});

describe('secrets never appear', () => {
  const names = [
    'SESSION_SECRET',
    'PLATFORM_ADMIN_PASSWORD',
    'SSO_ENTRA_CLIENT_SECRET',
    'METRICS_TOKEN',
    'REDIS_URL',
  ];
  const entra = {
    SSO_ENABLED: 'true',
    SSO_ENTRA_ENABLED: 'true',
    SSO_ENTRA_CLIENT_ID: 'my-app',
    SSO_TRUSTED_DOMAINS: '@x',
  };
  const marked = fc
    .tuple(
      fc.string({ unit: 'grapheme', maxLength: 20 }),
      fc.constantFrom('', '[', '["', '{', 'redis://', 'redis+cluster://', 'redis://user:'),
      fc.constantFrom('', ',', '\n', '"]', '@localhost'),
    )
    .map(([text, before, after]) => `${before}QZX7${text}QZX7${after}`);

  test('in a problem, whatever is wrong with them and wherever they come from', () => {
    fc.assert(
      fc.property(
        fc.array(marked, { minLength: 5, maxLength: 5 }),
        fc.constantFrom('value', 'file', 'path'),
        (values, where) => {
          const given = Object.fromEntries(
            names.map((name, index) => [
              where === 'value' ? name : `${name}_FILE`,
              where === 'file' ? `/${index}` : values[index],
            ]),
          );
          const it = world(
            where === 'file' ? Object.fromEntries(values.map((value, index) => [`/${index}`, value])) : {},
          );
          try {
            const { warnings } = parseConfig({ ...entra, ...given, PLATFORM_ADMIN_EMAIL: 'nobody' }, it);
            expect(warnings).toEqual('unreachable: the client ID is wrong');
          } catch (error) {
            expect(error).toBeInstanceOf(ConfigError);
            expect(inspect(error, { depth: 9 }) + String(error) + JSON.stringify(error)).not.toContain(
              'QZX7',
            );
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test('in the configuration when it is printed', () => {
    const config = parseConfig({ ...administrator, SESSION_SECRET: FIRST, METRICS_TOKEN: SECOND });
    expect(inspect(config, { depth: 9 }) + JSON.stringify(config)).not.toMatch(
      /first-secret|second-secret|plum-harbour/,
    );
  });
});
