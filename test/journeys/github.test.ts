import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Agent as TestAgent } from 'supertest';
import { type SimulatedGitHub, startSimulatedGitHub } from '../../demo/simulator/github.js';
import type { GitHubPersona } from '../../demo/simulator/github-personas.js';
import { BASE_URL, startTestEntrance, type TestEntrance } from '../support/entrance.js';
import { cancelThrough, signInThrough } from '../support/microsoft.js';
import { until } from '../support/timing.js';

/* Signing in with GitHub: its OAuth 2.0, and a stand-in for its API. */

const BEGIN = '/auth/sso/login/github';

let github: SimulatedGitHub;
let entrance: TestEntrance;

beforeAll(async () => {
  github = await startSimulatedGitHub({ redirectUri: `${BASE_URL}/auth/sso/callback/github` });
  entrance = await startTestEntrance({
    settings: {
      SSO_GITHUB_ENABLED: 'true',
      SSO_GITHUB_CLIENT_ID: github.clientId,
      // Rotated at GitHub: the first one isn't taken any more.
      SSO_GITHUB_CLIENT_SECRET: `0e5d3c9b7a1f4862d0c4b8e6a2f1973d5c80b6e4,${github.clientSecret}`,
      SSO_GITHUB_URL: github.url,
      SSO_GITHUB_ADMIN_ORGS: '["Contoso/Gateway-Admins"]',
      SSO_GITHUB_ROLE_MAPPINGS: '{"contoso":"platform_viewer"}',
      GITHUB_ORG_TEAM_MAPPING: '{"contoso":"Harbour"}',
    },
  });
});
afterAll(async () => {
  await entrance.close();
  await github.close();
});
afterEach(() => {
  Object.assign(github.faults, { answer: undefined, formEncoded: false, iss: undefined });
});

let people = 0;
/** Somebody with a verified address of a trusted domain. */
function person(changes: Partial<GitHubPersona> = {}): GitHubPersona {
  people += 1;
  const persona: GitHubPersona = {
    id: `p${people}`,
    name: `Person ${people}`,
    story: '',
    number: 1_000 + people,
    login: `login-${people}`,
    emails: [{ email: `p${people}@contoso.com`, primary: true }],
    ...changes,
  };
  github.addPersona(persona);
  return persona;
}

const contoso = { login: 'Contoso' };

/** The answer to the callback, in a new browser, and what is known of the person then. */
async function signIn({ id }: Pick<GitHubPersona, 'id'>, alter?: (answer: URL) => void) {
  const browser = entrance.browser();
  const begun = await browser.get(BEGIN).expect(302);
  const answer = await signInThrough(String(begun.headers.location), id);
  alter?.(answer);
  const { headers } = await browser.get(answer.pathname + answer.search).expect(303);
  return { location: headers.location, browser, me: await me(browser) };
}

async function me(browser: TestAgent) {
  const { body } = await browser.get('/auth/me').set('Accept', 'application/json');
  return {
    ...body,
    roles: (body.roles ?? []).map(({ name }: { name: string }) => name),
  };
}

/** What is logged while this is done, with the message in it. */
async function loggedWhile(text: string, work: () => Promise<unknown>): Promise<string> {
  const { length } = entrance.logged;
  await work();
  return entrance.logged.slice(length).find((line) => line.includes(text)) ?? '';
}

describe('who signs in', () => {
  test('an administrator by team, known by the number at the API, in any case', async () => {
    const { browser, location, me: known } = await signIn({ id: 'github-admin' });
    expect(location).toBe('/admin');
    expect(known).toMatchObject({
      full_name: 'Noor Haddad',
      email: 'noor.haddad@contoso.com',
      provider: 'github',
      provider_id: '4810027',
      roles: ['platform_admin', 'platform_viewer'],
      teams: ['Harbour'],
    });
    await browser.get('/admin').expect(200);
  });

  test('a viewer and a team by organisation, and the parameters of the request', async () => {
    const begun = await entrance.browser().get(`${BEGIN}?prompt=select_account&login_hint=ada`).expect(302);
    const asked = new URL(String(begun.headers.location)).searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({
      scope: 'read:user user:email read:org',
      allow_signup: 'false',
      prompt: 'select_account',
      login: 'ada',
      code_challenge_method: 'S256',
    });
    expect(asked.has('nonce')).toBe(false);
    const { me: known } = await signIn({ id: 'github-viewer' });
    expect(known).toMatchObject({ roles: ['platform_viewer'], teams: ['Harbour'] });
  });

  test('the same person after a rename, and a stranger under the old login', async () => {
    const before = person();
    const first = (await signIn(before)).me;
    const after = person({ ...before, login: 'another-login', name: null });
    expect((await signIn(after)).me).toMatchObject({ id: first.id, full_name: 'another-login' });
    const stranger = person({ login: before.login });
    expect((await signIn(stranger)).me.id).not.toBe(first.id);
  });

  test('the access token is revoked after a sign-in, and after one that fails', async () => {
    const { length } = github.asked;
    await signIn(person());
    await until(() => github.tokens.size === 0);
    github.faults.answer = (path) => (path === '/api/v3/user/emails' ? { status: 500, body: {} } : undefined);
    expect((await signIn(person())).location).toBe('/admin/login?error=sso_unavailable');
    await until(() => github.tokens.size === 0);
    const revoked = github.asked.slice(length).filter((line) => line.startsWith('DELETE '));
    expect(revoked).toHaveLength(4); // each with a secret that is refused first
  });

  test('a token answer as a form, and an answer that names GitHub as its issuer', async () => {
    github.faults.formEncoded = true;
    github.faults.iss = `${github.url}/login/oauth`;
    expect((await signIn(person())).location).toBe('/admin');
  });
});

describe('addresses', () => {
  test('an unverified primary address isn’t trusted, whatever else is verified', async () => {
    const persona = person({
      emails: [
        { email: 'eve@contoso.com', primary: true, unverified: true },
        { email: '1+eve@users.noreply.github.com' },
        { email: 'eve@fabrikam.com' },
      ],
    });
    expect((await signIn(persona)).location).toBe('/admin/login?error=email_unverified');
  });

  test('a no-reply address is none', async () => {
    const persona = person({ emails: [{ email: '1+eve@users.noreply.github.com', primary: true }] });
    expect((await signIn(persona)).location).toBe('/admin/login?error=email_missing');
  });

  test('a domain that isn’t trusted is refused', async () => {
    const persona = person({ emails: [{ email: 'eve@elsewhere.example', primary: true }] });
    expect((await signIn(persona)).location).toBe('/admin/login?error=domain_not_trusted');
  });

  test('addresses that weren’t granted are missing, and aren’t asked for', async () => {
    const { length } = github.asked;
    const { location } = await signIn(person({ grants: ['read:user'] }));
    expect(location).toBe('/admin/login?error=email_missing');
    expect(github.asked.slice(length)).not.toContain('GET /api/v3/user/emails');
  });
});

describe('organisations and teams', () => {
  test('the second page counts: the last of 101 organisations', async () => {
    const others = Array.from({ length: 100 }, (_, index) => ({ login: `org-${index}` }));
    const { me: known } = await signIn(person({ organisations: [...others, contoso] }));
    expect(known.roles).toEqual(['platform_viewer']);
  });

  test('a membership that is pending counts for nothing', async () => {
    const persona = person({ organisations: [{ ...contoso, state: 'pending' }] });
    expect((await signIn(persona)).me.roles).toEqual([]);
    // Not even if GitHub sent it although only active ones were asked for.
    github.faults.answer = (path) =>
      path === '/api/v3/user/memberships/orgs'
        ? { status: 200, body: [{ state: 'pending', organization: contoso }] }
        : undefined;
    expect((await signIn(persona)).me.roles).toEqual([]);
  });

  test('who has left the organisation loses what it gave', async () => {
    const persona = person({ organisations: [contoso] });
    expect((await signIn(persona)).me.roles).toEqual(['platform_viewer']);
    const left = person({ ...persona, organisations: [] });
    expect((await signIn(left)).me).toMatchObject({ roles: [], teams: [] });
  });

  test('an organisation that single sign-on keeps back takes nothing away, and the operator is told', async () => {
    const persona = person({ organisations: [contoso], teams: ['contoso/gateway-admins'] });
    await signIn(persona);
    const withheld = person({ ...persona, organisations: [{ ...contoso, withheld: 21_955_855 }] });
    const line = await loggedWhile('SAML single sign-on', async () => {
      expect((await signIn(withheld)).me.roles).toEqual(['platform_admin', 'platform_viewer']);
    });
    expect(line).toContain('21955855');
    expect(line).toContain('"contoso/gateway-admins"');
  });

  test.each([
    [
      'single sign-on is required',
      {
        status: 403,
        headers: {
          'x-github-sso': 'required; url=https://github.com/orgs/acme/sso?authorization_request=SECRET',
        },
        body: { message: 'Resource protected by organization SAML enforcement.' },
      },
      '"organisations":["acme"]',
    ],
    ['it is forbidden', { status: 403, body: { message: 'Resource not accessible' } }, '"forbidden"'],
    [
      'the rate limit is reached',
      { status: 403, headers: { 'x-ratelimit-remaining': '0' }, body: {} },
      '"rate limit"',
    ],
    ['GitHub has a fault', { status: 502, body: {} }, '"failed"'],
    ['the answer is odd', { status: 200, body: [{ login: 'contoso' }] }, '"unreadable"'],
    [
      'the next page is elsewhere',
      { status: 200, headers: { link: '<https://elsewhere.example/p>; rel="next"' }, body: [] },
      '"failed"',
    ],
  ])('if %s, what somebody has by organisations stays', async (_, answer, told) => {
    const persona = person({ organisations: [contoso] });
    await signIn(persona);
    github.faults.answer = (path) => (path === '/api/v3/user/memberships/orgs' ? answer : undefined);
    const line = await loggedWhile('of somebody', async () => {
      expect((await signIn(persona)).me).toMatchObject({ roles: ['platform_viewer'], teams: ['Harbour'] });
    });
    expect(line).toContain(told);
    expect(entrance.logged.join('')).not.toContain('authorization_request');
  });

  test('if less is granted than was asked for, what somebody has by organisations stays', async () => {
    const persona = person({ organisations: [contoso] });
    await signIn(persona);
    const line = await loggedWhile('granted less', async () => {
      const { me: known } = await signIn(person({ ...persona, grants: ['user:email'] }));
      expect(known.roles).toEqual(['platform_viewer']);
    });
    expect(line).toContain('"granted":"user:email"');
  });
});

describe('what GitHub says instead', () => {
  test.each([
    ['unverified_user_email', 'email_unverified', 'GitHub hasn’t verified your email address'],
    ['bad_verification_code', 'sso_failed', 'That sign-in is no longer valid'],
    ['redirect_uri_mismatch', 'sso_misconfigured', 'its redirect URI isn’t registered at GitHub'],
    ['incorrect_client_credentials', 'sso_misconfigured', 'its credential was refused'],
    ['something_new', 'sso_failed', ''],
  ])('%s with status 200 is told as %s', async (error, code, text) => {
    github.faults.answer = (path) =>
      path === '/login/oauth/access_token'
        ? { status: 200, body: { error, error_description: 'words of GitHub’s' } }
        : undefined;
    const { browser, location } = await signIn(person());
    expect(location).toBe(`/admin/login?error=${code}`);
    const page = await browser.get(String(location)).expect(200);
    expect(page.text).toContain(text);
    expect(page.text).not.toContain('words of GitHub’s');
  });

  test('a client ID that GitHub doesn’t know, which comes with status 404', async () => {
    github.faults.answer = (path) =>
      path === '/login/oauth/access_token' ? { status: 404, body: { error: 'Not Found' } } : undefined;
    expect((await signIn(person())).location).toBe('/admin/login?error=sso_misconfigured');
  });

  test('somebody cancels, and the application is suspended', async () => {
    const browser = entrance.browser();
    const begun = await browser.get(BEGIN).expect(302);
    const answer = await cancelThrough(String(begun.headers.location));
    const refused = await browser.get(answer.pathname + answer.search).expect(303);
    expect(refused.headers.location).toBe('/admin/login?error=sso_cancelled');
    const suspended = await signIn(person(), ({ searchParams }) => {
      searchParams.delete('code');
      searchParams.set('error', 'application_suspended');
    });
    expect(suspended.location).toBe('/admin/login?error=sso_misconfigured');
  });

  test('a rate limit in place of the addresses is refused, and not taken for a missing address', async () => {
    github.faults.answer = (path) =>
      path === '/api/v3/user/emails'
        ? { status: 403, headers: { 'x-ratelimit-remaining': '0' }, body: {} }
        : undefined;
    expect((await signIn(person())).location).toBe('/admin/login?error=sso_unavailable');
  });

  test.each([
    ['a rate limit', { status: 403, headers: { 'retry-after': '60' }, body: {} }, 'sso_unavailable'],
    ['too many requests', { status: 429, body: {} }, 'sso_unavailable'],
    ['a suspended account', { status: 403, body: { message: 'suspended' } }, 'sso_failed'],
    ['a token that isn’t taken', { status: 401, body: {} }, 'sso_failed'],
    ['nobody', { status: 200, body: { login: 'ada' } }, 'sso_failed'],
  ])('%s in place of the person is refused', async (_, answer, code) => {
    github.faults.answer = (path) => (path === '/api/v3/user' ? answer : undefined);
    expect((await signIn(person())).location).toBe(`/admin/login?error=${code}`);
  });
});

describe('mix-up', () => {
  test('an answer that names another issuer is refused before the code is redeemed', async () => {
    github.faults.iss = 'https://github.com';
    const { length } = github.asked;
    expect((await signIn(person())).location).toBe('/admin/login?error=sso_failed');
    expect(github.asked.slice(length)).not.toContain('POST /login/oauth/access_token');
  });

  test('an answer of Microsoft’s is refused at GitHub’s callback, and the other way round', async () => {
    const browser = entrance.browser();
    const atMicrosoft = await entrance.callbackFor(browser, 'admin');
    const refused = await browser.get(atMicrosoft.replace('/callback/entra', '/callback/github')).expect(303);
    expect(refused.headers.location).toBe('/admin/login?error=transaction_invalid');
    const begun = await browser.get(BEGIN).expect(302);
    const atGitHub = await signInThrough(String(begun.headers.location), 'github-admin');
    const other = await browser.get(`/auth/sso/callback/entra${atGitHub.search}`).expect(303);
    expect(other.headers.location).toBe('/admin/login?error=transaction_invalid');
  });
});

test('signing out ends the session here; GitHub offers no sign-out', async () => {
  const { browser } = await signIn({ id: 'github-admin' });
  const answer = await browser.post('/admin/logout').expect(303);
  expect(answer.headers.location).toBe('/admin/signed-out');
  const page = await browser.get(String(answer.headers.location)).expect(200);
  expect(page.text).not.toContain('Sign out of GitHub');
  await browser.get('/auth/me').set('Accept', 'application/json').expect(401);
});

test('doctor tries each secret, and says what to compare by hand', async () => {
  const provider = entrance.deps.providers.find(({ id }) => id === 'github');
  const findings = (await provider?.inspection.examine(Date.now)) ?? [];
  expect(findings.map(({ check, severity }) => [check, severity])).toEqual([
    ['discovery', 'ok'],
    ['credential', 'warning'],
    ['credential', 'ok'],
    ['redirect_uri', 'could_not_check'],
  ]);
  expect(findings[1]?.remedy).toContain('Generate a new client secret');
});
