import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createNearest } from '#entrance/identity/nearest.js';
import { isForeign, knownNames } from '../support/setting-names.js';
import { validSettings, warningsOf } from '../support/settings.js';

const innocent = readFileSync(new URL('../fixtures/innocent-names.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((name) => name !== '');
const known = knownNames();
const suggestionIn = (warning = '') => /(?:did you mean|is written|set) (\w+)/.exec(warning)?.[1];

describe('a slip in a name', () => {
  test.each([
    ['SESION_SECRET', 'SESSION_SECRET'],
    ['SESSION_SECRET_FIEL', 'SESSION_SECRET_FILE'],
    ['TRUST_PROXI', 'TRUST_PROXY'],
    ['REDIS_URI', 'REDIS_URL'],
    ['REDISURL', 'REDIS_URL'],
    ['LOGLEVEL', 'LOG_LEVEL'],
    ['BASEURL', 'BASE_URL'],
    ['METRIC_TOKEN', 'METRICS_TOKEN'],
    ['PLATFORM_ADMIN_PASWORD', 'PLATFORM_ADMIN_PASSWORD'],
    ['PLATFROM_ADMIN_EMAIL', 'PLATFORM_ADMIN_EMAIL'],
    ['MAX_FAILED_LOGINS_ATTEMPT', 'MAX_FAILED_LOGIN_ATTEMPTS'],
    ['BRAND_LOGO', 'BRAND_LOGO_FILE'],
    ['SSO_ENTRA_CLIENT_CERTIFICATE', 'SSO_ENTRA_CLIENT_CERTIFICATE_FILE'],
    ['SSO_AZURE_CLIENT_ID', 'SSO_ENTRA_CLIENT_ID'],
    ['ALLOW_MEMORY_STOR', 'ALLOW_MEMORY_STORE'],
  ])('%s is reported, as %s was meant', (name, meant) => {
    expect(warningsOf({ [name]: 'a-value-that-may-be-secret' })).toEqual([
      `${name} is no setting and has no effect (did you mean ${meant}?)`,
    ]);
  });

  test.each([
    ['sso_enabled', 'SSO_ENABLED'],
    ['Base_Url', 'BASE_URL'],
    ['REDIS_URl', 'REDIS_URL'],
    ['port', 'PORT'],
    ['Host', 'HOST'],
    ['session_secret_file', 'SESSION_SECRET_FILE'],
    ['SSO__ENTRA__PROMPT', 'SSO_ENTRA_PROMPT'],
  ])('%s is in another case or form than %s', (name, right) => {
    expect(warningsOf({ [name]: 'x' })).toEqual([`${name} has no effect: the name is written ${right}`]);
  });

  test.each(['REDIS_URL ', '\ufeffBASE_URL', 'sso-enabled', 'export LOG_LEVEL', '\u001bLOG_LEVEL'])(
    '%j is reported, and what a terminal would obey isn’t printed',
    (name) => {
      const [warning] = warningsOf({ [name]: 'x' });
      expect(warning).toMatch(/has no effect/);
      expect(warning).not.toMatch(/[^\x20-\x7e’]/);
    },
  );

  test('a setting that isn’t a secret has no file', () => {
    expect(warningsOf({ PLATFORM_ADMIN_EMAIL_FILE: '/run/secrets/email' })).toEqual([
      'PLATFORM_ADMIN_EMAIL_FILE has no effect: only secrets are read from files; set PLATFORM_ADMIN_EMAIL itself',
    ]);
  });

  test('of one character in any of our names is reported', () => {
    const long = known.filter((name) => name.length >= 8);
    const letter = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ_');
    const slip = fc
      .constantFrom(...long)
      .chain((name) =>
        fc.tuple(
          fc.constant(name),
          fc.integer({ min: 0, max: name.length - 1 }),
          fc.constantFrom('delete', 'insert', 'replace', 'exchange', 'lower case'),
          letter,
        ),
      );
    fc.assert(
      fc.property(slip, ([name, at, kind, one]) => {
        const here = name[at] ?? '';
        const next = name[at + 1] ?? '';
        const rest = name.slice(at + 1);
        const slipped =
          name.slice(0, at) +
          {
            delete: rest,
            insert: `${one}${here}${rest}`,
            replace: `${one}${rest}`,
            exchange: `${next}${here}${name.slice(at + 2)}`,
            'lower case': `${here.toLowerCase()}${rest}`,
          }[kind];
        fc.pre(!known.includes(slipped) && !isForeign(slipped));
        expect(warningsOf({ [slipped]: 'x' }).join()).toContain(`${slipped} `);
      }),
      { numRuns: 300 },
    );
  });

  test('no name is suggested that has no effect', () => {
    const piece = fc.constantFrom(
      'SSO',
      'ENTRA',
      'ADFS',
      'GOOGLE',
      'GOOGEL',
      'OKTA',
      'AUTH0',
      'KEYCLOAK',
      'GENERIC',
      'ENABLED',
      'CLIENT',
      'ID',
      'SECRET',
      'FILE',
      'REDIS',
      'URL',
      'SSL',
      'LOG',
      'LEVEL',
      'SESSION',
      'DOMAIN',
      'GROUPS',
    );
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 5 }), (pieces) => {
        const name = pieces.join('_');
        fc.pre(!Object.hasOwn(validSettings, name));
        const warnings = warningsOf({ [name]: '' }).concat(warningsOfName(name));
        for (const warning of warnings) {
          const suggestion = suggestionIn(warning);
          if (suggestion !== undefined) expect(known).toContain(suggestion);
        }
      }),
    );
  });

  test('far from everything there is no guess, and outside of SSO_ no word', () => {
    expect(warningsOf({ SSO_COLOUR_OF_THE_BUTTON: 'blue' })).toEqual([
      'SSO_COLOUR_OF_THE_BUTTON is no setting and has no effect',
    ]);
    expect(warningsOf({ COLOUR_OF_THE_BUTTON: 'blue' })).toEqual([]);
  });

  test('is reported for any name where every name is meant for Entrance', () => {
    const mounted = { mounted: { everyNameIsOurs: true } };
    expect(warningsOf({ COLOUR_OF_THE_BUTTON: 'blue' }, mounted)).toEqual([
      'COLOUR_OF_THE_BUTTON is no setting and has no effect',
    ]);
  });

  test('isn’t one where the system doesn’t tell cases apart', () => {
    expect(warningsOf({ Redis_Url: validSettings.REDIS_URL })).toEqual([]);
  });
});

test('the names of a usual environment are none of our business', () => {
  expect(innocent.length).toBeGreaterThan(150);
  const environment = Object.fromEntries(innocent.map((name) => [name, 'x']));
  delete environment.AZURE_FEDERATED_TOKEN_FILE;
  expect(warningsOf(environment)).toEqual([]);
});

test('the nearest candidate is found, and none beyond the limit', () => {
  expect(createNearest(['abxx', 'abcd'], () => 2)('abdc')).toBe('abcd');
  expect(createNearest(['abcd'], () => 3)('wxyz')).toBeUndefined();
  expect(createNearest(['abcd'], () => 0)('abcd')).toBe('abcd');
});

function warningsOfName(name: string): readonly string[] {
  try {
    return warningsOf({ [name]: 'x' });
  } catch {
    return [];
  }
}
