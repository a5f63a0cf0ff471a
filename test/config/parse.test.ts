import { describe, expect, test } from '@jest/globals';
import { ConfigError, type ConfigProblem } from '#entrance/config/config-error.js';
import { type ParseOptions, parseConfig } from '#entrance/settings.js';
import { entraConfigOf } from '../support/entra.js';

const SECRET = 'k9fWq3tYp0 Zr8xLm2NvB6sHd4JgC7aTe';
const [ONE, OTHER] = ['k9fWq3tYp0Zr8xLm2NvB6sHd4JgC7aTe', 'UoIyRwXzQ1Mh5nKb7DcV3gTf8sPj2LaE'];
/** 16 characters of two bytes each. */
const UMLAUTS = 'äöüßéèàçñôûîâêëï';
const entra = {
  SSO_ENABLED: 'true',
  SSO_ENTRA_ENABLED: 'true',
  SSO_ENTRA_CLIENT_ID: '1b7e4d3a-9c26-4f08-a5d1-6e0c82f39b47',
  SSO_ENTRA_TENANT_ID: '3f6e2a8c-5b1d-4c97-8e0a-b7d94f21c650',
  SSO_ENTRA_CLIENT_SECRET: 'Zx8~aB.cD_eF-gH1iJ2kL3mN4',
};
const administrator = {
  PLATFORM_ADMIN_EMAIL: 'root@acmecorp.com',
  PLATFORM_ADMIN_PASSWORD: 'plum-harbour-violin-92',
};
const usual = { SESSION_SECRET: SECRET, REDIS_URL: 'redis://localhost:6379', ...administrator, ...entra };

type Settings = Record<string, string | undefined>;
const parse = (changes: Settings = {}, options?: ParseOptions) =>
  parseConfig({ ...usual, ...changes }, options);

function problemsOf(settings: Settings): readonly ConfigProblem[] {
  try {
    parseConfig(settings);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}
const problems = (changes: Settings) => problemsOf({ ...usual, ...changes });
const variables = (changes: Settings) => problems(changes).map(({ variable }) => variable);
const warnings = (changes: Settings) => parse(changes).warnings;

/** Each value is refused for this variable alone, in words that fit. */
function refuses(variable: string, values: readonly string[], words: RegExp = /./, beside: Settings = {}) {
  test.each(values)(`${variable} can’t be %j`, (value) => {
    const found = problems({ ...beside, [variable]: value });
    expect(found.map((problem) => problem.variable)).toEqual([variable]);
    expect(found[0]?.problem).toMatch(words);
    expect(found[0]?.example).not.toBe('');
  });
}

describe('all problems at once', () => {
  const mistakes = {
    PORT: 'eighty',
    BASE_URL: 'http://gateway.acmecorp.com',
    SESSION_IDLE_TIMEOUT: 'soon',
    SSO_ENTRA_CLIENT_ID: 'my-app',
    SSO_TRUSTED_DOMAINS: '*.acmecorp.com',
  };

  test('five mistakes are all named, each with what is wrong and an example', () => {
    expect(variables(mistakes).sort()).toEqual(Object.keys(mistakes).sort());
    const { message } = new ConfigError(problems(mistakes));
    expect(message).toContain('5 problems');
    expect(message).toContain('PORT must be a whole number from 0 to 65535.\n    For example: PORT=8000');
    expect(new ConfigError(problems(mistakes)).report()).toBe(message);
    expect(`${new ConfigError(problems(mistakes))}`).toBe(message);
  });

  test('one mistake is one problem: what depends on it isn’t complained of', () => {
    expect(variables({ SESSION_IDLE_TIMEOUT: 'soon', SESSION_ABSOLUTE_TIMEOUT: '1m' })).toEqual([
      'SESSION_IDLE_TIMEOUT',
    ]);
    expect(variables({ SSO_ENTRA_ENABLED: 'perhaps' })).toEqual(['SSO_ENTRA_ENABLED']);
    expect(
      variables({ SSO_ENABLED: 'perhaps', PLATFORM_ADMIN_EMAIL: '', PLATFORM_ADMIN_PASSWORD: '' }),
    ).toEqual(['SSO_ENABLED']);
    expect(variables({ SSO_ENABLED: 'false', PLATFORM_ADMIN_EMAIL: 'nobody', REDIS_URL: '' })).toEqual([
      'PLATFORM_ADMIN_EMAIL',
    ]);
    expect(variables({ NODE_ENV: 'production', REDIS_URL: 'localhost' })).toEqual(['REDIS_URL']);
  });
});

describe('the result', () => {
  test('is frozen all the way down', () => {
    const config = parse(
      { BRAND_LOGO_FILE: '/logo.svg' },
      { files: { read: () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), stamp: () => '' } },
    );
    for (const part of [
      config,
      config.server,
      config.server.baseUrl,
      config.sso,
      entraConfigOf(config),
      config.sso.trustedDomains,
      entraConfigOf(config)?.adminGroups,
      config.brand.logo,
      config.warnings,
      config.localAccounts.administrator,
    ]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  test('is what the contract says without settings', () => {
    const config = parseConfig({ ...administrator });
    expect(config).toMatchObject({
      production: false,
      server: {
        port: 8000,
        host: '127.0.0.1',
        baseUrl: { origin: 'http://localhost:8000', path: '', secure: false },
        trustProxy: false,
        shutdownDelayMs: 5_000,
      },
      store: { redisUrl: undefined, prefix: 'entrance:' },
      session: { idleTimeout: 30 * 60_000, absoluteTimeout: 8 * 3_600_000 },
      log: { level: 'info', format: 'json', file: undefined },
      brand: { name: 'Admin', logo: undefined },
      metricsToken: undefined,
      localAccounts: {
        enabled: true,
        passwordMinLength: 12,
        maxFailedAttempts: 5,
        lockoutDuration: 15 * 60_000,
      },
      sso: {
        enabled: false,
        trustedDomains: [],
        autoCreateUsers: true,
        preserveAdminAuth: true,
        providers: [],
      },
    });
    expect(config.localAccounts.administrator).toMatchObject({
      email: 'root@acmecorp.com',
      fullName: 'Platform Administrator',
    });
  });

  test('of Entra has the documented defaults', () => {
    expect(entraConfigOf(parse())).toMatchObject({
      authority: 'https://login.microsoftonline.com',
      adminGroups: [{ kind: 'app_role', value: 'gateway.admin' }],
      scopes: 'openid profile email User.Read',
      prompt: undefined,
      domainHint: undefined,
    });
  });

  test('doesn’t know empty from unset', () => {
    const empty = Object.fromEntries(
      [
        'PORT',
        'HOST',
        'BASE_URL',
        'LOG_LEVEL',
        'SSO_TRUSTED_DOMAINS',
        'SSO_ENTRA_ADMIN_GROUPS',
        'METRICS_TOKEN',
        'BRAND_LOGO_FILE',
      ].map((name) => [name, ' ']),
    );
    expect(JSON.stringify(parse(empty))).toBe(JSON.stringify(parse()));
  });
});

describe('yes or no', () => {
  test.each(['true', '1', 'yes', 'on', 'TRUE', ' on '])('%j is yes', (value) => {
    expect(parse({ SSO_PRESERVE_ADMIN_AUTH: value }).sso.preserveAdminAuth).toBe(true);
  });
  test.each(['false', '0', 'no', 'off', 'No'])('%j is no', (value) => {
    expect(parse({ SSO_PRESERVE_ADMIN_AUTH: value }).sso.preserveAdminAuth).toBe(false);
  });
  refuses('SSO_AUTO_CREATE_USERS', ['maybe', '2', 'tru'], /true or false/);
});

describe('lists', () => {
  test.each([
    'acmecorp.com,acme.de',
    '["acmecorp.com","acme.de"]',
    ' acmecorp.com , acme.de, ',
    'acmecorp.com,acme.de,ACMECORP.com',
  ])('%j', (value) => {
    expect(parse({ SSO_TRUSTED_DOMAINS: value }).sso.trustedDomains).toEqual(['acmecorp.com', 'acme.de']);
  });
  refuses('SSO_TRUSTED_DOMAINS', [',', ' , ,'], /\[\] for an empty list/);
  refuses('SSO_TRUSTED_DOMAINS', ['["acmecorp.com"', '["acmecorp.com",1]', '[""]'], /JSON array/);
  test('an explicit empty list is empty', () => {
    expect(entraConfigOf(parse({ SSO_ENTRA_ADMIN_GROUPS: '[]' }))?.adminGroups).toEqual([]);
  });
});

describe('durations', () => {
  test.each([
    ['90s', 90_000],
    ['30m', 1_800_000],
    ['2h', 7_200_000],
    ['1500ms', 1_500],
    ['1s', 1_000],
  ])('%s', (value, milliseconds) => {
    expect(parse({ SESSION_IDLE_TIMEOUT: value }).session.idleTimeout).toBe(milliseconds);
  });
  test('1d', () => {
    expect(parse({ SESSION_ABSOLUTE_TIMEOUT: '1d' }).session.absoluteTimeout).toBe(86_400_000);
  });
  refuses('SESSION_IDLE_TIMEOUT', ['30', '1.5h', '-1m', '30 m', '30M', 'soon'], /90s, 30m, 8h, 1d/);
  refuses('SESSION_IDLE_TIMEOUT', ['0s', '999ms'], /at least 1s/);
  refuses('SESSION_ABSOLUTE_TIMEOUT', ['366d'], /at most 365d/);
  refuses('SESSION_IDLE_TIMEOUT', ['9h'], /longer than the absolute one/);
  refuses('SESSION_ABSOLUTE_TIMEOUT', ['20m'], /longer than the absolute one/);
});

describe('the server', () => {
  refuses('PORT', ['eighty', '65536', '-1', '80.5', '0x50']);
  refuses('HOST', ['http://localhost', '[::1]', 'a b']);
  test('listens on any free port with 0, and says that links then lead nowhere', () => {
    expect(parse({ PORT: '0' }).server.port).toBe(0);
    expect(warnings({ PORT: '0' }).join()).toContain('BASE_URL');
  });
  test.each([
    ['https://gateway.acmecorp.com', 'https://gateway.acmecorp.com', '', true],
    ['HTTPS://Gateway.AcmeCorp.com:443/', 'https://gateway.acmecorp.com', '', true],
    ['https://gateway.acmecorp.com/tools/admin/', 'https://gateway.acmecorp.com', '/tools/admin', true],
    ['http://localhost:3000', 'http://localhost:3000', '', false],
    ['http://a.localhost', 'http://a.localhost', '', false],
    ['http://127.8.9.10:80', 'http://127.8.9.10', '', false],
    ['http://[::1]:8000', 'http://[::1]:8000', '', false],
  ])('BASE_URL %s', (value, origin, path, secure) => {
    expect(parse({ BASE_URL: value }).server.baseUrl).toEqual({ origin, path, secure });
  });
  refuses(
    'BASE_URL',
    ['gateway.acmecorp.com', '/admin', 'ftp://acmecorp.com', 'https:gateway.acmecorp.com'],
    /begin with https/,
  );
  refuses('BASE_URL', ['https://', 'https://a b', 'https://acmecorp.com:99999']);
  refuses(
    'BASE_URL',
    [
      'http://gateway.acmecorp.com',
      'http://0.0.0.0',
      'http://10.0.0.1',
      'http://localhost.acmecorp.com',
      'http://127.0.0.1.nip.io',
      'http://notlocalhost',
    ],
    /loopback/,
  );
  refuses('BASE_URL', [
    'https://acmecorp.com/?',
    'https://acmecorp.com?a=b',
    'https://acmecorp.com/#',
    'https://u:p@acmecorp.com',
    'https://u@acmecorp.com',
  ]);
  refuses(
    'BASE_URL',
    [
      'https://acmecorp.com/a/../b',
      'https://acmecorp.com/..',
      'https://acmecorp.com/%2E%2e/b',
      'https://acmecorp.com/a//b',
      'https://acmecorp.com//',
      'https://acmecorp.com/:id',
      'https://acmecorp.com/a b',
      'https://acmecorp.com/a\\b',
    ],
    /path|blanks/,
  );
  test('BASE_URL follows PORT where it isn’t set', () => {
    expect(parse({ PORT: '9000' }).server.baseUrl.origin).toBe('http://localhost:9000');
    expect(parse({ PORT: '80' }).server.baseUrl.origin).toBe('http://localhost');
  });
  test('production without BASE_URL is worth a warning', () => {
    expect(warnings({ NODE_ENV: 'production' }).join()).toContain('BASE_URL');
    expect(warnings({}).join()).not.toContain('BASE_URL');
  });
  test.each([
    ['true', true],
    ['false', false],
    ['yes', true],
    ['2', 2],
    ['1', 1],
    ['0', 0],
    ['loopback', 'loopback'],
    ['loopback, 10.0.0.0/8', 'loopback,10.0.0.0/8'],
    ['["192.0.2.7","fd00::/8"]', '192.0.2.7,fd00::/8'],
  ])('TRUST_PROXY %s', (value, expected) => {
    expect(parse({ TRUST_PROXY: value }).server.trustProxy).toBe(expected);
  });
  refuses(
    'TRUST_PROXY',
    ['everybody', '10.0.0.0/33', '10.0.0.0/0', '10.0.0.0/8/9', '-1', 'fe80::1%eth0', '1.2.3', '[]'],
    /number of proxies/,
  );
  test('a proxy that is believed too much, or not at all, is worth a warning', () => {
    expect(warnings({ TRUST_PROXY: 'true' }).join()).toContain('TRUST_PROXY=true');
    expect(warnings({ BASE_URL: 'https://acmecorp.com' }).join()).toContain('TRUST_PROXY isn’t set');
    expect(warnings({ BASE_URL: 'https://acmecorp.com', TRUST_PROXY: 'false' })).toEqual([]);
  });
  refuses('METRICS_TOKEN', ['short', 'fifteen-letters'], /16 characters/);
  refuses('METRICS_TOKEN', ['with a blank in the middle'], /bearer token/);
  test('METRICS_TOKEN', () => {
    expect(parse({ METRICS_TOKEN: 'k9fWq3tYp0Zr8xLm' }).metricsToken?.value()).toBe('k9fWq3tYp0Zr8xLm');
  });
});

describe('the log', () => {
  test('is JSON, and pretty on a terminal unless said otherwise', () => {
    expect(parse({}, { terminal: true }).log.format).toBe('pretty');
    expect(parse({ LOG_FORMAT: 'json' }, { terminal: true }).log.format).toBe('json');
    expect(parse({ LOG_FORMAT: 'text' }).log.format).toBe('pretty');
  });
  test.each([
    ['debug', 'debug'],
    ['WARNING', 'warn'],
    ['CRITICAL', 'fatal'],
    ['silent', 'silent'],
  ])('LOG_LEVEL %s', (value, level) => {
    expect(parse({ LOG_LEVEL: value }).log.level).toBe(level);
  });
  refuses('LOG_LEVEL', ['loud', 'constructor']);
  refuses('LOG_FORMAT', ['xml']);
});

describe('the store', () => {
  test.each([
    'redis://localhost',
    'redis://localhost:6379/2',
    'rediss://user:p%40ss@redis.acmecorp.com:6380',
    'redis://[::1]:6379/',
    'redis+sentinel://a.example:26379,b.example:26379/main',
    'rediss+sentinel://ada:p%40ss@a,[::1]:1/main/3',
    'redis+cluster://a:1,b:2',
    'rediss+cluster://ada:p%2fss@a:1/0',
  ])('%s', (url) => {
    expect(parse({ REDIS_URL: url }).store.redisUrl?.value()).toBe(url);
  });
  refuses(
    'REDIS_URL',
    ['localhost:6379', 'http://localhost', 'redis:/localhost', 'unix:///run/redis.sock'],
    /redis:\/\//,
  );
  refuses(
    'REDIS_URL',
    [
      'redis://',
      'redis:///1',
      'redis://localhost/name',
      'redis://localhost?db=1',
      'redis://localhost:port',
      'redis://localhost:0',
      'redis://localhost:65536',
      'redis://localhost/1/2',
      'redis://a b',
    ],
    /must have a host|parameters/,
  );
  refuses('REDIS_URL', ['redis://:%zz@localhost', 'redis+cluster://%zz:p@a:1'], /percent-encoded/);
  refuses(
    'REDIS_URL',
    ['redis://a:1,b:2', 'rediss://a,b/1'],
    /several hosts.*redis\+sentinel:\/\/.*redis\+cluster:/,
  );
  refuses(
    'REDIS_URL',
    [
      'redis+sentinel://a:1,b:2',
      'redis+sentinel://a:1,b:2/',
      'redis+sentinel://a:1,/main',
      'redis+sentinel:///main',
      'redis+sentinel://a:1/main/x',
      'redis+sentinel://a:1/main?db=1',
    ],
    /sentinels.*master’s name|parameters/,
  );
  refuses(
    'REDIS_URL',
    ['redis+cluster://', 'redis+cluster://a:1,', 'redis+cluster://a:1/2', 'redis+cluster://a:1/name'],
    /hosts of the cluster/,
  );
  refuses('REDIS_WAIT_REPLICAS', ['-1', 'one', '1.5', '101'], /whole number/);
  test('replicas that nobody could wait for are worth a word', () => {
    expect(parse({ REDIS_WAIT_REPLICAS: '2' }).store.waitReplicas).toBe(2);
    expect(parse().store.waitReplicas).toBe(0);
    expect(warnings({ REDIS_URL: '', REDIS_WAIT_REPLICAS: '1' }).join()).toMatch(
      /REDIS_WAIT_REPLICAS has no effect/,
    );
  });
  refuses('REDIS_PREFIX', ['{tag}', 'a b', 'x'.repeat(65)]);

  test('in memory is loud outside production and refused in it', () => {
    expect(warnings({ REDIS_URL: '' }).join()).toMatch(/Everything is lost at a restart/);
    expect(variables({ REDIS_URL: '', NODE_ENV: 'production' })).toEqual(['REDIS_URL']);
    expect(
      parse({ REDIS_URL: '', NODE_ENV: 'production', ALLOW_MEMORY_STORE: 'true' }).warnings.join(),
    ).toMatch(/lost/);
  });
});

describe('SESSION_SECRET', () => {
  test('is made up outside production, with a warning, and required in it', () => {
    const [one, other] = [parse({ SESSION_SECRET: '' }), parse({ SESSION_SECRET: '' })];
    expect(one.session.secret.value()).not.toBe(other.session.secret.value());
    expect(Buffer.byteLength(one.session.secret.value())).toBeGreaterThanOrEqual(32);
    expect(one.warnings.join()).toContain('SESSION_SECRET');
    expect(variables({ SESSION_SECRET: '', NODE_ENV: 'production' })).toEqual(['SESSION_SECRET']);
  });
  refuses('SESSION_SECRET', ['x'.repeat(31), `${SECRET},short`, '[]', `["${SECRET}"`]);
  test('counts bytes', () => {
    expect(parse({ SESSION_SECRET: UMLAUTS }).session.secret.values()).toEqual([UMLAUTS]);
  });
  test('rotates as a list, and a comma in a secret needs a JSON array', () => {
    expect(parse({ SESSION_SECRET: `${ONE}, ${OTHER}` }).session.secret.values()).toEqual([ONE, OTHER]);
    const comma = `${ONE},${OTHER}`;
    expect(parse({ SESSION_SECRET: JSON.stringify([comma]) }).session.secret.values()).toEqual([comma]);
  });
});

describe('local accounts', () => {
  test('the administrator needs both an address and a password', () => {
    expect(variables({ PLATFORM_ADMIN_EMAIL: '' })).toEqual(['PLATFORM_ADMIN_EMAIL']);
    expect(variables({ PLATFORM_ADMIN_PASSWORD: '' })).toEqual(['PLATFORM_ADMIN_PASSWORD']);
    expect(
      parse({ PLATFORM_ADMIN_EMAIL: '', PLATFORM_ADMIN_PASSWORD: '' }).localAccounts.administrator,
    ).toBeUndefined();
  });
  test('the password is taken as it is, commas, brackets and blanks included', () => {
    const password = '[plum, harbour] "violin" # 9';
    expect(
      parse({ PLATFORM_ADMIN_PASSWORD: password }).localAccounts.administrator?.password.values(),
    ).toEqual([password]);
  });
  refuses('PLATFORM_ADMIN_EMAIL', ['root', 'root@localhost', 'a@b@c.de', 'Root <root@acmecorp.com>']);
  refuses('PLATFORM_ADMIN_PASSWORD', ['elevenchars'], /at least 12 characters/);
  refuses('PLATFORM_ADMIN_PASSWORD', ['plum-harbour-violin-92'], /at least 40 characters/, {
    PASSWORD_MIN_LENGTH: '40',
  });
  refuses('PASSWORD_MIN_LENGTH', ['7', '129', 'long']);
  refuses('MAX_FAILED_LOGIN_ATTEMPTS', ['0', '101']);
  refuses('ACCOUNT_LOCKOUT_DURATION_MINUTES', ['0', '15m', '1441']);
  test('are off with SSO_PRESERVE_ADMIN_AUTH=false and single sign-on on', () => {
    expect(parse({ SSO_PRESERVE_ADMIN_AUTH: 'false' }).localAccounts.enabled).toBe(false);
    expect(parse({ SSO_PRESERVE_ADMIN_AUTH: 'false', SSO_ENABLED: 'false' }).localAccounts.enabled).toBe(
      true,
    );
  });
});

describe('Entra', () => {
  test('the tenant is an ID in lower case or a domain', () => {
    expect(
      entraConfigOf(parse({ SSO_ENTRA_TENANT_ID: '3F6E2A8C-5B1D-4C97-8E0A-B7D94F21C650' }))?.tenantId,
    ).toBe('3f6e2a8c-5b1d-4c97-8e0a-b7d94f21c650');
    expect(entraConfigOf(parse({ SSO_ENTRA_TENANT_ID: 'Acme.onmicrosoft.com' }))?.tenantId).toBe(
      'acme.onmicrosoft.com',
    );
  });
  describe('of more than one tenant', () => {
    const listed = '3f6e2a8c-5b1d-4c97-8e0a-b7d94f21c650';
    test.each(['organizations', 'Common', 'consumers'])('%s needs to be told which may sign in', (tenant) => {
      expect(problems({ SSO_ENTRA_TENANT_ID: tenant })).toEqual([
        expect.objectContaining({
          variable: 'SSO_ENTRA_ALLOWED_TENANTS',
          problem: expect.stringContaining('anybody’s directory'),
          example: expect.stringContaining('["*"]'),
        }),
      ]);
      const several = parse({ SSO_ENTRA_TENANT_ID: tenant, SSO_ENTRA_ALLOWED_TENANTS: listed });
      expect(entraConfigOf(several)).toMatchObject({
        tenantId: tenant.toLowerCase(),
        allowedTenants: [listed],
      });
    });
    test('any is said aloud', () => {
      const any = parse({ SSO_ENTRA_TENANT_ID: 'common', SSO_ENTRA_ALLOWED_TENANTS: '["*"]' });
      expect(entraConfigOf(any)?.allowedTenants).toEqual(['*']);
    });
    test('any, without a local administrator, makes nobody one: a warning', () => {
      const nobody = {
        SSO_ENTRA_TENANT_ID: 'common',
        PLATFORM_ADMIN_EMAIL: '',
        PLATFORM_ADMIN_PASSWORD: '',
      };
      const said = expect.stringContaining('names no tenant');
      expect(warnings({ ...nobody, SSO_ENTRA_ALLOWED_TENANTS: '*' })).toContainEqual(said);
      expect(warnings({ ...nobody, SSO_ENTRA_ALLOWED_TENANTS: `*,${listed}` })).not.toContainEqual(said);
      for (const giver of [
        { SSO_ENTRA_DEFAULT_ROLE: 'platform_admin' },
        { SSO_AUTO_ADMIN_DOMAINS: 'acmecorp.com' },
      ])
        expect(warnings({ ...nobody, SSO_ENTRA_ALLOWED_TENANTS: '*', ...giver })).not.toContainEqual(said);
    });
    refuses('SSO_ENTRA_ALLOWED_TENANTS', ['acmecorp.com', 'organizations', '3f6e2a8c'], /GUIDs/);
  });
  test('a list of tenants beside one tenant is warned of', () => {
    expect(warnings({ SSO_ENTRA_ALLOWED_TENANTS: '*' })).toEqual([
      expect.stringContaining('has no effect: SSO_ENTRA_TENANT_ID names one tenant'),
    ]);
  });
  refuses('SSO_ENTRA_TENANT_ID', ['acme', 'https://login.microsoftonline.com/acme.com', '3f6e2a8c']);
  refuses(
    'SSO_ENTRA_CLIENT_ID',
    ['my-app', '1b7e4d3a9c264f08a5d16e0c82f39b47', '{1b7e4d3a-9c26-4f08-a5d1-6e0c82f39b47}'],
    /GUID/,
  );
  refuses(
    'SSO_ENTRA_CLIENT_SECRET',
    ['3f6e2a8c-5b1d-4c97-8e0a-b7d94f21c650', 'Zx8~aB.cD_eF-gH1iJ,3F6E2A8C-5B1D-4C97-8E0A-B7D94F21C650'],
    /Secret ID/,
  );
  refuses('SSO_ENTRA_AUTHORITY', [
    'login.microsoftonline.com',
    'https://login.microsoftonline.com/common',
    'https://login.microsoftonline.com/acme/v2.0',
    'https://u:p@login.microsoftonline.com',
  ]);
  refuses('SSO_ENTRA_AUTHORITY', ['http://login.microsoftonline.com'], /loopback/);
  test('plain http to loopback is for tests and demos, in every mode', () => {
    expect(
      entraConfigOf(parse({ SSO_ENTRA_AUTHORITY: 'http://localhost:8001/', NODE_ENV: 'production' }))
        ?.authority,
    ).toBe('http://localhost:8001');
  });
  test('scopes have blanks between them', () => {
    expect(entraConfigOf(parse({ SSO_ENTRA_SCOPES: ' openid  profile,email openid' }))?.scopes).toBe(
      'openid profile email',
    );
  });
  refuses('SSO_ENTRA_SCOPES', ['email', 'openid email', 'profile', 'openidprofile'], /openid and profile/);
  refuses('SSO_ENTRA_PROMPT', ['select_account consent', 'always']);
  refuses('SSO_ENTRA_DOMAIN_HINT', ['acme', 'a b.com']);
  refuses('SSO_ENTRA_REVALIDATE_INTERVAL', ['15', 'never', '-1m'], /0 \(never\)/);
  refuses('SSO_ENTRA_REVALIDATE_INTERVAL', ['500ms', '400d'], /at (?:least 1s|most 365d)/);
  test.each([
    ['0', 0],
    ['0s', 0],
    ['1s', 1_000],
    ['15m', 900_000],
  ])('SSO_ENTRA_REVALIDATE_INTERVAL=%s is %i ms', (text, interval) => {
    expect(entraConfigOf(parse({ SSO_ENTRA_REVALIDATE_INTERVAL: text }))?.revalidateInterval).toBe(interval);
  });
  refuses('SSO_ENTRA_REQUIRED_AUTH_CONTEXT', ['c0', 'c100', 'C1', '1', 'c1,c2'], /c1 to c99/);
  test('prompt and domain hint', () => {
    expect(
      entraConfigOf(parse({ SSO_ENTRA_PROMPT: 'select_account', SSO_ENTRA_DOMAIN_HINT: 'AcmeCorp.com' })),
    ).toMatchObject({ prompt: 'select_account', domainHint: 'acmecorp.com' });
  });
  test('what it needs is asked for all at once', () => {
    expect(
      variables({ SSO_ENTRA_CLIENT_ID: '', SSO_ENTRA_TENANT_ID: '', SSO_ENTRA_CLIENT_SECRET: '' }),
    ).toEqual(['SSO_ENTRA_CLIENT_ID', 'SSO_ENTRA_TENANT_ID', 'SSO_ENTRA_CLIENT_SECRET']);
  });
  test('needs nothing while it is off, but checks what is given', () => {
    const off = { SSO_ENABLED: 'false', SSO_ENTRA_CLIENT_SECRET: '' };
    expect(entraConfigOf(parse({ ...off, SSO_ENTRA_CLIENT_ID: '' }))).toBeUndefined();
    expect(variables({ ...off, SSO_ENTRA_CLIENT_ID: 'my-app' })).toEqual(['SSO_ENTRA_CLIENT_ID']);
  });
});

describe('ways in', () => {
  const nobody = { PLATFORM_ADMIN_EMAIL: '', PLATFORM_ADMIN_PASSWORD: '' };

  test('single sign-on without a provider is refused', () => {
    expect(variables({ SSO_ENTRA_ENABLED: 'false' })).toEqual(['SSO_ENABLED']);
    expect(problems({ SSO_ENTRA_ENABLED: 'false', SSO_PRESERVE_ADMIN_AUTH: 'false' })[0]?.problem).toContain(
      'no way in',
    );
  });
  test('neither single sign-on nor an administrator: refused in memory, a warning on Redis', () => {
    expect(variables({ ...nobody, SSO_ENABLED: 'false', REDIS_URL: '' })).toEqual(['PLATFORM_ADMIN_EMAIL']);
    expect(warnings({ ...nobody, SSO_ENABLED: 'false' }).join()).toContain('PLATFORM_ADMIN_EMAIL');
  });
  test('only known users, and an empty store without a local administrator: refused', () => {
    const known = { SSO_AUTO_CREATE_USERS: 'false', REDIS_URL: '' };
    expect(variables({ ...nobody, ...known })).toEqual(['SSO_AUTO_CREATE_USERS']);
    expect(variables({ ...known, SSO_PRESERVE_ADMIN_AUTH: 'false' })).toEqual(['SSO_AUTO_CREATE_USERS']);
    expect(variables(known)).toEqual([]);
  });
  test('nobody could approve anybody: refused, and a warning where only the first administrator could', () => {
    const approval = { SSO_REQUIRE_ADMIN_APPROVAL: 'true' };
    expect(variables({ ...approval, ...nobody, SSO_ENTRA_ADMIN_GROUPS: '[]', REDIS_URL: '' })).toEqual([
      'SSO_REQUIRE_ADMIN_APPROVAL',
    ]);
    expect(warnings({ ...approval, ...nobody }).join()).toContain('let in without approval');
    expect(warnings({ ...approval, SSO_PRESERVE_ADMIN_AUTH: 'false' }).join()).toContain('without approval');
    expect(warnings(approval)).toEqual([]);
  });
  test('nobody could become an administrator: a warning', () => {
    const noGroups = { SSO_ENTRA_ADMIN_GROUPS: '[]' };
    expect(warnings({ ...noGroups, SSO_PRESERVE_ADMIN_AUTH: 'false' }).join()).toContain('platform_admin');
    expect(warnings({ ...noGroups, ...nobody }).join()).toContain('platform_admin');
    expect(warnings(noGroups)).toEqual([]);
    expect(warnings({ SSO_PRESERVE_ADMIN_AUTH: 'false' })).toEqual([]);
  });
});

describe('what gives roles and teams', () => {
  const objects = ['developers', '[]', '["a"]', '{"a":1}', '{"a":""}', '{"":"a"}', '{"a":"b,c"}', '{a:b}'];
  refuses('SSO_ENTRA_ROLE_MAPPINGS', objects);
  refuses(
    'SSO_ENTRA_TEAM_MAPPINGS',
    objects.filter((text) => text !== '{"a":"b,c"}'),
  );
  refuses('SSO_ENTRA_DEFAULT_ROLE', ['a,b', 'a\nb']);
  refuses('SSO_ENTRA_SYNC_ROLES_ON_LOGIN', ['maybe']);
  refuses('SSO_ENTRA_GRAPH_URL', [
    'graph.microsoft.com',
    'https://graph.microsoft.com/v1.0',
    'http://graph.example',
  ]);
  refuses('SSO_AUTO_ADMIN_DOMAINS', ['*.acmecorp.com', 'ada@acmecorp.com']);

  test('is compared without regard to case', () => {
    const config = parse({
      SSO_ENTRA_ROLE_MAPPINGS: '{"9C6D":"Reader"}',
      SSO_AUTO_ADMIN_DOMAINS: 'Acmecorp.com',
    });
    expect(entraConfigOf(config)?.roleMappings).toEqual([
      { kind: 'app_role', value: '9c6d', name: 'Reader' },
    ]);
    expect(config.sso.autoAdminDomains).toEqual(['acmecorp.com']);
  });

  test('counts as a way to become an administrator', () => {
    const none = {
      PLATFORM_ADMIN_EMAIL: undefined,
      PLATFORM_ADMIN_PASSWORD: undefined,
      SSO_ENTRA_ADMIN_GROUPS: '[]',
    };
    expect(warnings(none)).toContainEqual(expect.stringContaining('nobody new could become platform_admin'));
    for (const way of [
      { SSO_AUTO_ADMIN_DOMAINS: 'acmecorp.com' },
      { SSO_ENTRA_ROLE_MAPPINGS: '{"a":"platform_admin"}' },
      { SSO_ENTRA_DEFAULT_ROLE: 'platform_admin' },
    ])
      expect(warnings({ ...none, ...way })).toEqual([]);
  });
});

describe('unknown names', () => {
  test.each([
    ['SSO_TRUSTED_DOMAIN', 'SSO_TRUSTED_DOMAINS'],
    ['SSO_ENTRA_CLIENTID', 'SSO_ENTRA_CLIENT_ID'],
    ['SSO_ENTRA_CLIENT_SECRET_FIEL', 'SSO_ENTRA_CLIENT_SECRET_FILE'],
    ['SSO_ENTRA_TENNANT_ID', 'SSO_ENTRA_TENANT_ID'],
  ])('%s is taken for %s', (name, nearest) => {
    expect(warnings({ [name]: 'a-value-that-may-be-secret' })).toEqual([
      `${name} is no setting and has no effect (did you mean ${nearest}?)`,
    ]);
  });
  test('are reported beside problems too, since they are often the reason', () => {
    const misspelt = { SSO_ENTRA_CLIENT_ID: '', SSO_ENTRA_CLIENTID: 'x' };
    expect(() => parse(misspelt)).toThrow(
      /SSO_ENTRA_CLIENT_ID isn’t set[\s\S]*Also: SSO_ENTRA_CLIENTID .*did you mean SSO_ENTRA_CLIENT_ID\?/,
    );
  });
  test('far from everything there is no guess', () => {
    expect(warnings({ SSO_COLOUR_OF_THE_BUTTON: 'blue' })).toEqual([
      'SSO_COLOUR_OF_THE_BUTTON is no setting and has no effect',
    ]);
  });
  test('of other programs are none of our business', () => {
    expect(warnings({ PATH: '/bin', REDIS_COMMANDER_HOST: 'x' })).toEqual([]);
  });
});
