import { describe, expect, test } from '@jest/globals';
import { parseConfig } from '#entrance/settings.js';
import { problemsOf, validSettings, warningsOf } from '../support/settings.js';

const GROUP = '8d3c1f02-6a4b-4a57-9c1e-2f7b60d9e5a1';
const mounted = { mounted: { everyNameIsOurs: false } };

describe('the address to listen on', () => {
  const https = { BASE_URL: 'https://gateway.harbour.example', TRUST_PROXY: '1' };

  test.each([
    ['WEBSITE_SITE_NAME', 'Azure App Service'],
    ['KUBERNETES_SERVICE_HOST', 'Kubernetes'],
    ['DYNO', 'Heroku'],
    ['FLY_APP_NAME', 'Fly.io'],
    ['RENDER', 'Render'],
    ['K_SERVICE', 'Google Cloud Run'],
    ['ECS_CONTAINER_METADATA_URI_V4', 'Amazon ECS'],
    ['CONTAINER_APP_NAME', 'Azure Container Apps'],
  ])('loopback with an https BASE_URL is warned of where %s shows a platform', (name, platform) => {
    const [warning] = warningsOf({ ...https, [name]: 'x' });
    expect(warning).toBe(
      `BASE_URL is https and HOST is 127.0.0.1, and the environment is that of ${platform}: a proxy on another machine or in another container can’t reach this; HOST=0.0.0.0 lets it`,
    );
    expect(warningsOf({ ...https, [name]: 'x', HOST: '0.0.0.0' })).toEqual([]);
  });

  test.each(['uniquelocal', 'loopback,10.0.0.0/8', '192.0.2.7'])(
    'loopback with TRUST_PROXY=%s is warned of',
    (proxies) => {
      for (const HOST of ['127.0.0.1', 'localhost', '::1', '127.0.0.2'])
        expect(warningsOf({ ...https, HOST, TRUST_PROXY: proxies }).join()).toContain(
          `HOST is ${HOST}, and TRUST_PROXY is ${proxies}`,
        );
    },
  );

  test.each(['1', 'loopback', '127.0.0.0/8', '127.0.0.1,::1'])(
    'loopback with TRUST_PROXY=%s may be right',
    (proxies) => {
      expect(warningsOf({ ...https, TRUST_PROXY: proxies })).toEqual([]);
    },
  );

  test('doesn’t matter in a host app', () => {
    expect(warningsOf({ ...https, DYNO: 'web.1' }, mounted)).toEqual([]);
  });

  test('a plain BASE_URL of another port is warned of', () => {
    expect(warningsOf({ BASE_URL: 'http://localhost:3000' })).toEqual([
      'BASE_URL is http://localhost:3000, but PORT is 8000: unless something passes requests on, links lead nowhere',
    ]);
    expect(warningsOf({ BASE_URL: 'http://localhost:3000', PORT: '3000' })).toEqual([]);
    expect(warningsOf({ BASE_URL: 'http://localhost', PORT: '80' })).toEqual([]);
  });
});

describe('BASE_URL', () => {
  test.each([
    ['https://gateway.harbour.example/admin/login', 'https://gateway.harbour.example'],
    ['https://gateway.harbour.example/x/auth/sso/callback/entra', 'https://gateway.harbour.example/x'],
  ])('%s is refused, since the path is ours, with what is right', (address, right) => {
    expect(problemsOf({ BASE_URL: address })).toEqual([
      expect.objectContaining({ variable: 'BASE_URL', example: `BASE_URL=${right}` }),
    ]);
  });
  test('may have a path that is called like one of ours', () => {
    expect(problemsOf({ BASE_URL: 'https://gateway.harbour.example/tools/admin' })).toEqual([]);
  });
});

describe('TRUST_PROXY', () => {
  test.each([
    ['*', /believes everybody/],
    ['0.0.0.0/0', /believes everybody/],
    ['private_ranges', /uniquelocal/],
    ['10.0.0.1 10.0.0.2', /commas/],
    ['10.0.0.1;10.0.0.2', /commas/],
    ['proxy.internal', /names of hosts aren’t looked up/],
  ])('%s is told what is right', (value, words) => {
    expect(problemsOf({ TRUST_PROXY: value })[0]?.problem).toMatch(words);
  });
});

describe('groups without a scope of Microsoft Graph', () => {
  const missing = expect.stringContaining('SSO_ENTRA_SCOPES has no scope of Microsoft Graph (User.Read)');
  const withoutGraph = [
    'openid profile email',
    'openid profile email offline_access',
    'openid profile api://1b7e4d3a-9c26-4f08-a5d1-6e0c82f39b47/access',
  ];
  test.each(withoutGraph)('are warned of with the scopes %s', (scopes) => {
    for (const mapped of [
      { SSO_ENTRA_ADMIN_GROUPS: GROUP },
      { SSO_ENTRA_TEAM_MAPPINGS: JSON.stringify({ [GROUP]: 'Red' }) },
      { SSO_ENTRA_ROLE_MAPPINGS: JSON.stringify({ [GROUP]: 'platform_viewer' }) },
    ])
      expect(warningsOf({ SSO_ENTRA_SCOPES: scopes, ...mapped })).toEqual([missing]);
    expect(warningsOf({ SSO_ENTRA_SCOPES: scopes })).toEqual([]);
  });

  test.each([
    'openid profile User.Read',
    'openid profile https://graph.microsoft.com/User.Read',
    'openid profile https://graph.microsoft.us/.default',
    'openid profile Group.Read.All',
  ])('aren’t there with the scopes %s', (scopes) => {
    expect(warningsOf({ SSO_ENTRA_SCOPES: scopes, SSO_ENTRA_ADMIN_GROUPS: GROUP })).toEqual([]);
  });

  test.each([
    'openid profile User.Read api://gateway/access',
    'openid profile api://one/a api://other/a',
    'openid profile https://graph.microsoft.com/User.Read https://vault.azure.net/.default',
  ])('two resources in one request are refused: %s', (scopes) => {
    expect(problemsOf({ SSO_ENTRA_SCOPES: scopes })[0]?.problem).toMatch(/two resources at once/);
  });

  test('.default beside another scope of its resource is refused', () => {
    expect(problemsOf({ SSO_ENTRA_SCOPES: 'openid profile .default User.Read' })[0]?.problem).toMatch(
      /\.default beside other scopes/,
    );
    expect(problemsOf({ SSO_ENTRA_SCOPES: 'openid profile offline_access .default' })).toEqual([]);
  });
});

describe('a switch that was forgotten', () => {
  test('SSO_ENABLED, while single sign-on is set up, is asked for', () => {
    expect(warningsOf({ SSO_ENABLED: '' })).toEqual([
      expect.stringMatching(/^SSO_ENABLED isn’t set.*SSO_ENTRA_ENABLED, SSO_ENTRA_CLIENT_ID/),
    ]);
  });
  test('SSO_ENABLED isn’t asked for if it is off by intention, or if nothing needs it', () => {
    expect(warningsOf({ SSO_ENABLED: 'false' })).toEqual([]);
    const { PLATFORM_ADMIN_EMAIL, PLATFORM_ADMIN_PASSWORD, SESSION_SECRET, REDIS_URL } = validSettings;
    const local = { PLATFORM_ADMIN_EMAIL, PLATFORM_ADMIN_PASSWORD, SESSION_SECRET, REDIS_URL };
    expect(parseConfig({ ...local, SSO_ENTRA_ENABLED: 'false' }).warnings).toEqual([]);
  });
});

describe('domains', () => {
  test('are warned of if their people are administrators and can’t sign in', () => {
    const domains = { SSO_TRUSTED_DOMAINS: 'a.example', SSO_AUTO_ADMIN_DOMAINS: 'a.example,b.example' };
    expect(warningsOf(domains)).toEqual([
      'SSO_AUTO_ADMIN_DOMAINS makes administrators of b.example, but SSO_TRUSTED_DOMAINS admits nobody from there',
    ]);
    expect(warningsOf({ SSO_AUTO_ADMIN_DOMAINS: 'b.example' })).toEqual([]);
  });

  test.each(['gmail.com', 'Outlook.com', 'hotmail.com'])('%s makes nobody an administrator', (domain) => {
    expect(problemsOf({ SSO_AUTO_ADMIN_DOMAINS: domain })[0]?.problem).toMatch(/anybody can have an address/);
    expect(problemsOf({ SSO_TRUSTED_DOMAINS: domain })).toEqual([]);
  });

  test.each([
    ['SSO_TRUSTED_DOMAINS', '*', /leave SSO_TRUSTED_DOMAINS out to admit any/],
    ['SSO_TRUSTED_DOMAINS', '["*"]', /leave SSO_TRUSTED_DOMAINS out to admit any/],
    ['SSO_TRUSTED_DOMAINS', '@*', /leave SSO_TRUSTED_DOMAINS out to admit any/],
    ['SSO_AUTO_ADMIN_DOMAINS', '*', /would make everybody an administrator/],
    ['SSO_TRUSTED_DOMAINS', 'a.example;b.example', /put commas between several/],
    ['SSO_TRUSTED_DOMAINS', 'a.example b.example', /put commas between several/],
    ['SSO_TRUSTED_DOMAINS', '@a.example', /write a\.example alone/],
    ['SSO_TRUSTED_DOMAINS', 'ada@a.example', /write a\.example alone/],
    ['SSO_TRUSTED_DOMAINS', 'https://a.example/x', /write a\.example alone/],
    ['SSO_TRUSTED_DOMAINS', 'a.example:443', /write a\.example alone/],
    ['SSO_TRUSTED_DOMAINS', 'a.example.', /write a\.example alone/],
    ['SSO_TRUSTED_DOMAINS', '*.a.example', /no wildcards/],
    ['SSO_TRUSTED_DOMAINS', '.a.example', /no wildcards/],
    ['SSO_TRUSTED_DOMAINS', 'harbour', /write it in full/],
  ])('%s=%s is told what is right', (name, value, words) => {
    expect(problemsOf({ [name]: value })).toEqual([
      expect.objectContaining({ variable: name, problem: expect.stringMatching(words) }),
    ]);
  });
});

describe('GUIDs that stand side by side in the portal', () => {
  test('one for the application and the tenant is refused', () => {
    expect(problemsOf({ SSO_ENTRA_CLIENT_ID: validSettings.SSO_ENTRA_TENANT_ID })[0]).toMatchObject({
      variable: 'SSO_ENTRA_CLIENT_ID',
      problem: expect.stringContaining('are the same'),
    });
  });
  test.each([
    ['SSO_ENTRA_CLIENT_ID', 'application (client) ID'],
    ['SSO_ENTRA_TENANT_ID', 'directory (tenant) ID'],
  ] as const)('%s in the place of a group is warned of', (name, words) => {
    expect(warningsOf({ SSO_ENTRA_ADMIN_GROUPS: validSettings[name].toUpperCase() })).toEqual([
      expect.stringContaining(words),
    ]);
  });
  test('personal accounts without their tenant are warned of', () => {
    const consumers = { SSO_ENTRA_TENANT_ID: 'consumers' };
    expect(warningsOf({ ...consumers, SSO_ENTRA_ALLOWED_TENANTS: GROUP }).join()).toContain(
      '9188040d-6c67-4c5b-b112-36a304b66dad',
    );
    expect(
      warningsOf({ ...consumers, SSO_ENTRA_ALLOWED_TENANTS: '9188040d-6c67-4c5b-b112-36a304b66dad' }),
    ).toEqual([]);
  });
});

describe('roles that open nothing', () => {
  test('as the default role are warned of by the server', () => {
    expect(warningsOf({ SSO_ENTRA_DEFAULT_ROLE: 'viewer' })).toEqual([
      expect.stringMatching(/no page of this server opens for viewer; platform_viewer reads/),
    ]);
    expect(warningsOf({ SSO_ENTRA_DEFAULT_ROLE: 'viewer' }, mounted)).toEqual([]);
    expect(warningsOf({ SSO_ENTRA_DEFAULT_ROLE: 'platform_viewer' })).toEqual([]);
  });
  test('as all that is mapped are warned of by the server', () => {
    const mapped = { SSO_ENTRA_ROLE_MAPPINGS: '{"gateway.developer":"developer"}' };
    expect(warningsOf(mapped)).toEqual([
      expect.stringMatching(/gives developer, and no page of this server opens for that/),
    ]);
    expect(warningsOf(mapped, mounted)).toEqual([]);
    expect(warningsOf({ SSO_ENTRA_ROLE_MAPPINGS: '{"a":"developer","b":"platform_viewer"}' })).toEqual([]);
  });
  test('a slip away from ours are warned of everywhere', () => {
    const slip = { SSO_ENTRA_ROLE_MAPPINGS: '{"a":"platfrom_admin","b":"platform_viewer"}' };
    for (const options of [undefined, mounted])
      expect(warningsOf(slip, options)).toEqual([
        'the role platfrom_admin of the SSO_ENTRA settings is none of ours (did you mean platform_admin?)',
      ]);
  });
});

test.each([
  [{ SSO_ENTRA_REVALIDATE_INTERVAL: '10s' }, /shorter than a minute/],
  [{ SSO_ENTRA_REVALIDATE_INTERVAL: '9h' }, /no effect: no session lives that long/],
  [{ SSO_ENTRA_CLIENT_ASSERTION: 'legacy' }, /SSO_ENTRA_CLIENT_ASSERTION has no effect/],
  [
    { SSO_REQUIRE_ADMIN_APPROVAL: 'true', SSO_AUTO_CREATE_USERS: 'false' },
    /SSO_REQUIRE_ADMIN_APPROVAL has no effect/,
  ],
])('%j is warned of', (settings, words) => {
  expect(warningsOf(settings)).toEqual([expect.stringMatching(words)]);
});
