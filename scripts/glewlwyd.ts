import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BASE_URL, startTestEntrance } from '../test/support/entrance.js';
import { freePort } from '../test/support/free-port.js';
import { until } from '../test/support/timing.js';

/*
 * Signs people in with an OpenID provider that nobody here wrote: Glewlwyd, as Debian has it, set up as `generic`.
 *
 *     apt-get install --no-install-recommends glewlwyd sqlite3
 *     npm run glewlwyd
 *
 * It starts a Glewlwyd of its own on loopback, with a database of its own that is gone afterwards.
 */

const ID = 'glewlwyd';
const CLIENT = { id: 'entrance', secret: randomBytes(24).toString('base64url') };
const PASSWORD = randomBytes(12).toString('base64url');
const SCHEMA = '/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3';
/** A person’s groups, as one more property of the database of users. */
const GROUPS = '"groups":{"multiple":true,"read":true,"write":true}';
const PEOPLE = [
  { username: 'ada', name: 'Ada Lovelace', groups: ['console-admins', 'engineers'], role: 'platform_admin' },
  { username: 'grace', name: 'Grace Hopper', groups: ['engineers'], role: 'platform_viewer' },
];
const address = (username: string) => `${username}@harbour.example`;

interface Glewlwyd {
  readonly api: string;
  readonly issuer: string;
  stop(): Promise<void>;
}

async function startGlewlwyd(folder: string): Promise<Glewlwyd> {
  const port = await freePort();
  const database = join(folder, 'glewlwyd.db');
  const schema = readFileSync(SCHEMA, 'utf8').replace('"data-format":{', `"data-format":{${GROUPS},`);
  execFileSync('sqlite3', [database], { input: schema });
  const base = `http://127.0.0.1:${port}`;
  const settings = {
    bind_address: '127.0.0.1',
    external_url: base,
    login_url: 'login.html',
    api_prefix: 'api',
    log_mode: 'file',
    log_level: 'WARNING',
    log_file: join(folder, 'glewlwyd.log'),
    cookie_same_site: 'empty',
    admin_scope: 'g_admin',
    profile_scope: 'g_profile',
    hash_algorithm: 'SHA512',
    ...Object.fromEntries(
      ['user', 'user_middleware', 'client', 'plugin'].map((kind) => [
        `${kind}_module_path`,
        `/usr/lib/glewlwyd/${kind}`,
      ]),
    ),
    user_auth_scheme_module_path: '/usr/lib/glewlwyd/scheme',
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name}="${value}"`);
  const file = join(folder, 'glewlwyd.conf');
  writeFileSync(
    file,
    `port=${port}\ncookie_secure=0\n${lines.join('\n')}\ndatabase = { type = "sqlite3" path = "${database}" };\n`,
  );
  const child = spawn('glewlwyd', [`--config-file=${file}`], { stdio: 'ignore' });
  const gone = once(child, 'exit');
  await until(() =>
    fetch(`${base}/config`)
      .then((answer) => answer.ok)
      .catch(() => false),
  );
  return {
    api: `${base}/api`,
    issuer: `${base}/api/${ID}`,
    async stop() {
      child.kill();
      await gone;
    },
  };
}

/** Signs somebody in at its own API; gives the cookie of the session. */
async function sessionOf(api: string, username: string, password: string): Promise<string> {
  const answer = await fetch(`${api}/auth/`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password }),
  });
  assert.equal(answer.status, 200, `${username} can’t sign in at Glewlwyd`);
  return answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
}

async function setUp({ api, issuer }: Glewlwyd): Promise<void> {
  const cookie = await sessionOf(api, 'admin', 'password');
  const send = async (method: string, path: string, body: object) => {
    const answer = await fetch(`${api}${path}`, {
      method,
      headers: { cookie, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    assert.equal(answer.status, 200, `${method} ${path}: ${await answer.text()}`);
  };
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  await send('POST', '/mod/plugin/', {
    module: 'oidc',
    name: ID,
    display_name: ID,
    order_rank: 0,
    parameters: {
      iss: issuer,
      'jwt-type': 'rsa',
      'jwt-key-size': '256',
      key: privateKey,
      cert: publicKey,
      'access-token-duration': 600,
      'refresh-token-duration': 1_200,
      'code-duration': 60,
      'refresh-token-rolling': true,
      'allow-non-oidc': false,
      'auth-type-code-enabled': true,
      'auth-type-refresh-enabled': true,
      'subject-type': 'public',
      'allowed-scope': ['openid'],
      'name-claim': 'mandatory',
      'email-claim': 'mandatory',
      claims: [{ name: 'groups', 'user-property': 'groups', type: 'string', mandatory: true }],
      'pkce-allowed': true,
      'pkce-required': true,
      'pkce-method-plain-allowed': false,
      'oauth-ro-issuer': true,
    },
  });
  await send('POST', '/client/', {
    client_id: CLIENT.id,
    password: CLIENT.secret,
    name: 'Entrance',
    confidential: true,
    enabled: true,
    scope: [],
    redirect_uri: [`${BASE_URL}/auth/sso/callback/${ID}`],
    authorization_type: ['code', 'refresh_token'],
    token_endpoint_auth_method: ['client_secret_basic', 'client_secret_post'],
  });
  for (const { username, name, groups } of PEOPLE)
    await send('POST', '/user/', {
      username,
      password: PASSWORD,
      name,
      email: address(username),
      groups,
      scope: ['openid', 'g_profile'],
      enabled: true,
    });
}

/** What a person does there: signs in, and lets the client know of them. */
async function walkThrough({ api }: Glewlwyd, authorizationUrl: string, username: string): Promise<URL> {
  const cookie = await sessionOf(api, username, PASSWORD);
  const granted = await fetch(`${api}/auth/grant/${CLIENT.id}`, {
    method: 'PUT',
    headers: { cookie, 'content-type': 'application/json' },
    body: JSON.stringify({ scope: 'openid' }),
  });
  assert.equal(granted.status, 200, 'the grant was refused');
  const url = new URL(authorizationUrl);
  url.searchParams.set('g_continue', '');
  const answer = await fetch(url, { headers: { cookie }, redirect: 'manual' });
  return new URL(answer.headers.get('location') ?? '', BASE_URL);
}

async function run(glewlwyd: Glewlwyd): Promise<void> {
  await setUp(glewlwyd);
  const entrance = await startTestEntrance({
    settings: {
      SSO_ENTRA_ENABLED: 'false',
      SSO_TRUSTED_DOMAINS: 'harbour.example',
      SSO_GENERIC_IDS: ID,
      SSO_GLEWLWYD_ISSUER: glewlwyd.issuer,
      SSO_GLEWLWYD_CLIENT_ID: CLIENT.id,
      SSO_GLEWLWYD_CLIENT_SECRET: CLIENT.secret,
      SSO_GLEWLWYD_SCOPE: 'openid',
      SSO_GLEWLWYD_ASSUME_EMAIL_VERIFIED: 'true',
      SSO_GLEWLWYD_ADMIN_GROUPS: 'console-admins',
      SSO_GLEWLWYD_ROLE_MAPPINGS: '{"engineers":"platform_viewer"}',
    },
  });
  try {
    const [provider] = entrance.deps.providers;
    for (const { check, severity, what } of (await provider?.inspection.examine(() => Date.now())) ?? [])
      console.log(`doctor  ${severity.padEnd(15)} ${check}: ${what}`);
    for (const { username, role } of PEOPLE) {
      const browser = entrance.browser();
      const begun = await browser.get(`/auth/sso/login/${ID}`).expect(302);
      const back = await walkThrough(glewlwyd, String(begun.headers.location), username);
      const { headers } = await browser.get(back.pathname + back.search).expect(303);
      const reason = entrance.logged.findLast((line) => line.includes('a sign-in was refused'));
      assert.doesNotMatch(String(headers.location), /error=/, reason);
      const me = await browser.get('/auth/me').set('Accept', 'application/json').expect(200);
      assert.equal(me.body.email, address(username));
      assert.equal(me.body.provider, ID);
      assert.ok(
        me.body.roles.some(({ name }: { readonly name: string }) => name === role),
        `no ${role}`,
      );
      console.log(`sign-in ok              ${username} is ${role}`);
    }
    const browser = entrance.browser();
    const begun = await browser.get(`/auth/sso/login/${ID}`).expect(302);
    const back = await walkThrough(glewlwyd, String(begun.headers.location), 'ada');
    back.searchParams.set('code', 'another');
    const { headers } = await browser.get(back.pathname + back.search).expect(303);
    assert.match(String(headers.location), /error=sso_/);
    console.log(`sign-in ok              a forged code is refused: ${String(headers.location)}`);
  } finally {
    await entrance.close();
  }
}

const folder = mkdtempSync(join(tmpdir(), 'glewlwyd-'));
const glewlwyd = await startGlewlwyd(folder);
try {
  await run(glewlwyd);
} finally {
  await glewlwyd.stop();
  rmSync(folder, { recursive: true });
}
