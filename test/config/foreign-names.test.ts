import { describe, expect, test } from '@jest/globals';
import { foreignNames, knownNames } from '../support/setting-names.js';
import { problemsOf, warningsOf } from '../support/settings.js';

const mounted = { mounted: { everyNameIsOurs: false } };

describe('names of the gateway that this replaces', () => {
  test('stand in one warning, each with what it is here', () => {
    const warnings = warningsOf({
      APP_DOMAIN: 'https://gateway.harbour.example',
      APP_ROOT_PATH: '/console',
      JWT_SECRET_KEY: 'x',
      SSO_ENTRA_GROUPS_CLAIM: 'roles',
      MCPGATEWAY_BOOTSTRAP_ROLES_IN_DB_ENABLED: 'true',
      PASSWORD_REQUIRE_SPECIAL: 'true',
      SECURE_COOKIES: 'true',
    });
    expect(warnings).toHaveLength(1);
    for (const here of [
      'APP_DOMAIN (the public address is BASE_URL)',
      'APP_ROOT_PATH (the path is a part of BASE_URL)',
      'JWT_SECRET_KEY (cookies are signed with SESSION_SECRET)',
      'SSO_ENTRA_GROUPS_CLAIM (',
      'MCPGATEWAY_BOOTSTRAP_ROLES_IN_DB_ENABLED (',
      'PASSWORD_REQUIRE_SPECIAL (',
      'SECURE_COOKIES (',
    ])
      expect(warnings[0]).toContain(here);
  });

  test('never show a value', () => {
    const all = foreignNames().flatMap(({ names }) => names);
    const values = Object.fromEntries(all.map((name) => [name, 'plum-kettle']));
    expect(warningsOf({ ...values, BASE_URL: '', SESSION_SECRET: '' }).join()).not.toContain('plum-kettle');
  });

  test('are none of ours, and lead to names that are', () => {
    const known = knownNames();
    for (const { names, here, unless = [] } of foreignNames()) {
      expect(names.filter((name) => known.includes(name))).toEqual([]);
      expect(unless.filter((name) => !known.includes(name))).toEqual([]);
      const settings = here.match(/\b[A-Z]+(?:_[A-Z]+)+\b/g) ?? [];
      expect(settings.filter((name) => !known.includes(name))).toEqual([]);
    }
  });

  test('a switch that is off asks for nothing', () => {
    expect(warningsOf({ SSO_ADFS_ENABLED: 'false', MCPGATEWAY_UI_ENABLED: 'false' })).toEqual([]);
  });

  test('no address is made of an AD FS user name', () => {
    const [warning] = warningsOf({ SSO_ADFS_DEFAULT_EMAIL_DOMAIN: 'harbour.example' });
    expect(warning).toMatch(/SSO_ADFS_DEFAULT_EMAIL_DOMAIN \(.*SSO_ADFS_EMAIL_CLAIM=upn/);
    expect(warning).not.toContain('did you mean');
  });
});

describe('names of many programs', () => {
  test('are mentioned only while our own setting is missing', () => {
    expect(warningsOf({ APP_DOMAIN: 'https://a.example' }).join()).toContain('BASE_URL');
    const set = { BASE_URL: 'https://a.example', TRUST_PROXY: '1' };
    expect(
      warningsOf({ ...set, APP_DOMAIN: 'https://a.example', COOKIE_SECRET: 'x', REDIS_HOST: 'x' }),
    ).toEqual([]);
    expect(warningsOf({ REDIS_URL: '', REDIS_HOST: 'redis' }).join()).toContain(
      'Redis is one address, REDIS_URL',
    );
  });

  test('of single sign-on are mentioned beside what is missing', () => {
    expect(() => warningsOf({ SSO_ENTRA_CLIENT_ID: '', AZURE_CLIENT_ID: 'x' })).toThrow(
      /SSO_ENTRA_CLIENT_ID isn’t set[\s\S]*AZURE_CLIENT_ID \(the application is SSO_ENTRA_CLIENT_ID\)/,
    );
  });

  test('are the app’s own where Entrance is mounted, unless the gateway’s stand beside them', () => {
    const common = { SECURE_COOKIES: 'true', APP_URL: 'https://a.example', ALLOWED_ORIGINS: '*' };
    expect(warningsOf(common, mounted)).toEqual([]);
    expect(warningsOf({ ...common, APP_ROOT_PATH: '/x' }, mounted).join()).toContain('SECURE_COOKIES');
  });
});

describe('a production by another name', () => {
  test.each([
    ['ENVIRONMENT', 'production'],
    ['APP_ENV', 'Prod'],
    ['NODE_ENVIRONMENT', 'production'],
    ['ASPNETCORE_ENVIRONMENT', 'Production'],
  ])('%s=%s without NODE_ENV is warned of', (name, value) => {
    expect(warningsOf({ [name]: value })).toContainEqual(
      expect.stringMatching(new RegExp(`^${name}=${value} has no effect here: set NODE_ENV=production`)),
    );
    expect(warningsOf({ [name]: value, NODE_ENV: 'production' }).join()).not.toContain(name);
  });

  test('another mode isn’t', () => {
    expect(warningsOf({ ENVIRONMENT: 'staging' })).toEqual([]);
  });
});

describe('Redis as others describe it, beside REDIS_URL', () => {
  test.each(['REDIS_SSL', 'REDIS_TLS', 'REDIS_USE_TLS'])('%s=true with redis:// is warned of', (name) => {
    expect(warningsOf({ [name]: 'true' })).toEqual([
      `${name} has no effect here, and Redis is spoken to in clear: TLS is rediss:// in REDIS_URL, in place of redis://`,
    ]);
    expect(warningsOf({ [name]: 'true', REDIS_URL: 'rediss://localhost' })).toEqual([]);
    expect(warningsOf({ [name]: 'false' })).toEqual([]);
  });

  test('REDIS_PASSWORD while REDIS_URL has none is warned of, and its value isn’t shown', () => {
    const warnings = warningsOf({ REDIS_PASSWORD: 'plum-kettle' });
    expect(warnings).toEqual([
      expect.stringContaining('REDIS_PASSWORD has no effect here, and REDIS_URL has no password'),
    ]);
    expect(warnings.join()).not.toContain('plum-kettle');
    expect(warningsOf({ REDIS_PASSWORD: 'x', REDIS_URL: 'redis://:plum-kettle@localhost' })).toEqual([]);
  });

  test('REDIS_DB while REDIS_URL has no number is warned of', () => {
    expect(warningsOf({ REDIS_DB: '3' }).join()).toContain('redis://host:port/3');
    expect(warningsOf({ REDIS_DB: '0' })).toEqual([]);
    expect(warningsOf({ REDIS_DB: '3', REDIS_URL: 'redis://localhost/3' })).toEqual([]);
  });
});

test('the settings of the gateway start with what deserves a word, and nothing else is refused', () => {
  expect(problemsOf({ SSO_ENTRA_ADMIN_GROUPS: '["Platform Admins"]', sso_enabled: 'true' })).toHaveLength(1);
});
