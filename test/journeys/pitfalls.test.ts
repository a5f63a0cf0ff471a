import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { connectRedis } from '#entrance/redis/connection.js';
import {
  disabledPersona,
  type Persona,
  pendingPersona,
  personas,
  rejectedPersona,
} from '../../demo/personas.js';
import { claimsOf } from '../../demo/simulator/signing-keys.js';
import {
  cookieSetBy,
  cookiesOf,
  LOCAL_ADMIN,
  SESSION_COOKIE,
  startTestEntrance,
  type TestEntrance,
} from '../support/entrance.js';

/** What went wrong in systems that do this job, one test each, named after it. */

/** A group whose members are administrators. */
const ADMINS = '7c0b1de2-0000-4000-8000-00000000a0a0';

let entrance: TestEntrance;
beforeAll(async () => {
  entrance = await startTestEntrance({
    store: 'Redis',
    settings: { SSO_ENTRA_ADMIN_GROUPS: `gateway.admin,${ADMINS}` },
  });
});
afterEach(() => {
  Object.assign(entrance.microsoft.faults, { tokenEndpointError: undefined });
});
afterAll(() => entrance.close());

let people = 0;
/** Somebody new at Microsoft. */
function somebody(changes: Partial<Persona> = {}): Persona {
  people += 1;
  const name = `person-${people}`;
  const oid = `5b1d4c97-0000-4000-9000-${String(people).padStart(12, '0')}`;
  const persona = { id: name, name, story: '', oid, username: `${name}@contoso.com`, ...changes };
  entrance.microsoft.addPersona(persona);
  return persona;
}

/** Signs in and gives the browser, the answer of the callback, and who that is by then. */
async function signInAs(persona: Persona) {
  const browser = entrance.browser();
  const landed = await browser.get(await entrance.callbackFor(browser, persona.id)).expect(303);
  const me = await browser.get('/auth/me').set('Accept', 'application/json');
  return { browser, landed, me: me.body };
}

const rolesOf = ({ me }: { me: { session?: { roles: string[] } } }) => me.session?.roles;

describe('identity', () => {
  test('accounts keyed by email: a renamed person keeps the account, and the old address is free again', async () => {
    const persona = somebody();
    const before = await signInAs(persona);
    const renamed = await signInAs({
      ...persona,
      ...somebody({ ...persona, username: 'married@contoso.com' }),
    });
    expect(renamed.me).toMatchObject({ id: before.me.id, email: 'married@contoso.com' });
    const successor = await signInAs(somebody({ username: persona.username }));
    expect(successor.me).toMatchObject({ email: persona.username });
    expect(successor.me.id).not.toBe(before.me.id);
  });

  test('accounts keyed by email: a reissued address doesn’t inherit the account of who had it before', async () => {
    const admin = somebody({ roles: ['gateway.admin'] });
    await signInAs(admin);
    const reissued = await signInAs(somebody({ username: admin.username }));
    expect(reissued.landed.headers.location).toBe('/admin/login?error=account_conflict');
    expect(reissued.me).not.toHaveProperty('id');
  });

  test('email_verified, which Entra never sends, neither verifies an address nor locks everybody out', async () => {
    const member = somebody({ claims: { email_verified: undefined } });
    expect((await signInAs(member)).landed.headers.location).toBe('/admin');
    const guest = somebody({
      username: 'ada_contoso.com#EXT#@fabrikam.onmicrosoft.com',
      email: 'guest@contoso.com',
      claims: { email_verified: true },
    });
    expect((await signInAs(guest)).landed.headers.location).toBe('/admin/login?error=email_unverified');
  });

  test('the platform administrator’s own address at SSO is told what to do, and takes nothing over', async () => {
    const { browser, landed } = await signInAs(somebody({ username: LOCAL_ADMIN.email }));
    expect(landed.headers.location).toBe('/admin/login?error=account_conflict');
    const page = await browser.get('/admin/login?error=account_conflict').expect(200);
    expect(page.text).toContain('If you can sign in here in another way, do so');
  });

  test('a change applied to a stale record is not lost: disabling holds against a sign-in at the same moment', async () => {
    const persona = somebody();
    const { me } = await signInAs(persona);
    const write = await entrance.token('users:write');
    const [{ landed, browser }] = await Promise.all([
      signInAs(somebody({ ...persona, username: 'other-address@contoso.com' })),
      entrance
        .browser()
        .patch(`/auth/users/${me.id}`)
        .set('Authorization', `Bearer ${write}`)
        .send({ status: 'disabled' })
        .expect(200),
    ]);
    expect(['/admin', '/admin/login?error=account_disabled']).toContain(landed.headers.location);
    expect(await entrance.deps.directory.find(me.id)).toMatchObject({ status: 'disabled' });
    await browser.get('/auth/me').set('Accept', 'application/json').expect(401);
  });

  test('an admin made at first sign-in is demoted when the role is gone, and none flips at every second sign-in', async () => {
    const persona = somebody({ roles: ['gateway.admin'] });
    for (let time = 0; time < 4; time += 1) {
      expect(rolesOf(await signInAs(persona))).toEqual(['platform_admin']);
    }
    const demoted = somebody({ ...persona, roles: [] });
    for (let time = 0; time < 2; time += 1) expect(rolesOf(await signInAs(demoted))).toEqual([]);
  });

  test('groups that are left out are not read as no groups: nobody is demoted over them', async () => {
    // Which Graph belongs to the simulated authority isn't known: nobody can be asked.
    const persona = somebody({ groups: [ADMINS] });
    await signInAs(persona);
    const overage = {
      _claim_names: { groups: 'src1' },
      _claim_sources: { src1: { endpoint: 'https://graph' } },
    };
    const after = somebody({ ...persona, groups: [], claims: overage });
    expect(rolesOf(await signInAs(after))).toEqual(['platform_admin']);
  });

  test.each([
    ['an apostrophe', 'sinéad.o’neill', "sinead.o'neill@contoso.com", undefined],
    ['a guest’s #EXT# name', 'guest', 'ada_contoso.com#EXT#@contoso.onmicrosoft.com', 'Ada@contoso.com'],
  ])('%s doesn’t crash provisioning', async (_, name, username, email) => {
    const persona = somebody({
      name,
      username,
      ...(email === undefined ? {} : { email }),
      claims: { xms_edov: true },
    });
    const { browser, landed, me } = await signInAs({ ...persona, roles: ['gateway.admin'] });
    expect(landed.headers.location).toBe('/admin');
    expect(me.email).toBe(email ?? username);
    await browser.get(`/admin`).expect(403);
  });
});

describe('protocol', () => {
  test('front-channel logout needs no cookie in its cross-site frame, and no iss, which Entra doesn’t send', async () => {
    const { browser } = await signInAs(somebody({ claims: { sid: 'pitfall' } }));
    await entrance
      .browser()
      .get('/auth/sso/logout/entra?sid=pitfall')
      .set({ 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Dest': 'iframe' })
      .expect(200);
    await browser.get('/auth/me').set('Accept', 'application/json').expect(401);
  });

  test('a long code and a long AADSTS description are not a raw 422', async () => {
    const browser = entrance.browser();
    const begun = await browser.get('/auth/sso/login/entra').expect(302);
    const state = new URL(String(begun.headers.location)).searchParams.get('state') ?? '';
    const description = `AADSTS90002: ${'A long explanation. '.repeat(200)}Trace ID: 1f2e3d4c`;
    const query = new URLSearchParams({
      state,
      iss: `${entrance.microsoft.authority}/${entrance.microsoft.tenantId}/v2.0`,
      error: 'invalid_request',
      error_description: description,
    });
    const back = await browser.get(`/auth/sso/callback/entra?${query}`).expect(303);
    const page = await browser.get(String(back.headers.location)).expect(200);
    expect(page.text).toContain('AADSTS90002');
    expect(page.text).not.toContain('A long explanation');

    const callback = new URL(await entrance.callbackFor(browser, 'admin'), 'http://localhost:8000');
    callback.searchParams.set('code', `0.A${'x'.repeat(6_000)}`);
    const refused = await browser.get(callback.pathname + callback.search).expect(303);
    expect(refused.headers.location).toBe('/admin/login?error=sso_failed');
  });

  test('a second tab doesn’t break the first, and their cookies have a cap', async () => {
    const browser = entrance.browser();
    const callbacks: string[] = [];
    for (let tab = 0; tab < 7; tab += 1) callbacks.push(await entrance.callbackFor(browser, 'admin'));
    const sent = cookiesOf(browser);
    expect(sent.match(/entrance-transaction-8000\./g)).toHaveLength(5);
    expect(sent.length).toBeLessThan(4_096);
    const [oldest = '', , second = '', , , , newest = ''] = callbacks;
    expect((await browser.get(oldest).expect(303)).headers.location).toBe(
      '/admin/login?error=transaction_invalid',
    );
    expect((await browser.get(second).expect(303)).headers.location).toBe('/admin');
    expect((await browser.get(newest).expect(303)).headers.location).toBe('/admin');
  });

  test('the redirect URI is never derived from the Host header or a proxy’s', async () => {
    const trusting = await startTestEntrance({
      microsoft: entrance.microsoft,
      settings: { TRUST_PROXY: 'true' },
    });
    for (const it of [entrance, trusting]) {
      const begun = await it
        .browser()
        .get('/auth/sso/login/entra')
        .set({ Host: 'evil.example', 'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'https' })
        .set('Forwarded', 'host=evil.example;proto=https')
        .expect(302);
      expect(String(begun.headers.location)).not.toContain('evil.example');
      expect(new URL(String(begun.headers.location)).searchParams.get('redirect_uri')).toBe(
        'http://localhost:8000/auth/sso/callback/entra',
      );
    }
    await trusting.close();
  });

  test('the back button after sign-in leads on to the console, not to an error', async () => {
    const browser = entrance.browser();
    const callback = await entrance.callbackFor(browser, 'admin');
    await browser.get(callback).expect(303);
    expect((await browser.get(callback).expect(303)).headers.location).toBe('/admin');
    entrance.microsoft.faults.tokenEndpointError = {
      error: 'invalid_grant',
      error_codes: [54005],
      error_description: 'AADSTS54005: OAuth2 Authorization code was already redeemed.',
    };
    expect((await browser.get(callback).expect(303)).headers.location).toBe('/admin');
  });
});

describe('sessions', () => {
  test('a request in flight can’t write a destroyed session back', async () => {
    const { browser, me } = await signInAs(somebody({ roles: ['gateway.admin'] }));
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let waiting = () => {};
    const inFlight = new Promise<void>((resolve) => {
      waiting = resolve;
    });
    const { directory } = entrance.deps;
    const { list } = directory;
    directory.list = async (query) => {
      directory.list = list;
      waiting();
      await held;
      return list.call(directory, query);
    };
    const slow = browser.get('/admin/users').then((answer) => answer);
    await inFlight;
    await entrance.deps.sessions.revokeOfUser(me.id);
    release();
    const finished = await slow;
    expect(finished.status).toBe(200);
    expect(finished.headers['set-cookie']).toBeUndefined();
    await browser.get('/auth/me').set('Accept', 'application/json').expect(401);
    expect(await entrance.deps.sessions.listOfUser(me.id)).toEqual([]);
  });

  test('group claims are not in the cookie', async () => {
    const groups = Array.from(
      { length: 200 },
      (_, n) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    );
    const { landed } = await signInAs(somebody({ groups, roles: ['gateway.admin'] }));
    expect(String(cookieSetBy(landed, SESSION_COOKIE)).length).toBeLessThan(200);
  });

  test('the redirect doesn’t leave before the session is saved', async () => {
    const browser = entrance.browser();
    const callback = await entrance.callbackFor(browser, 'admin');
    const { sessions } = entrance.deps;
    let saved = false;
    const set = sessions.set.bind(sessions);
    Object.defineProperty(sessions, 'set', {
      configurable: true,
      value: (id: string, session: never, callback: () => void) =>
        setTimeout(
          () =>
            set(id, session, () => {
              saved = true;
              callback();
            }),
          50,
        ),
    });
    await browser.get(callback).expect(303);
    expect(saved).toBe(true);
    Reflect.deleteProperty(sessions, 'set');
  });

  test('anonymous visitors don’t fill the store', async () => {
    const { client, close } = connectRedis(entrance.redis?.url ?? '', { log: pino({ level: 'silent' }) });
    await once(client, 'ready');
    const keys = async () => (await client.keys('*')).sort();
    await entrance.deps.audit.list({ limit: 1 }); // chains what waits
    const before = await keys();
    expect(before).not.toEqual([]);
    for (let visit = 0; visit < 20; visit += 1) {
      const visitor = entrance.browser();
      await visitor.get('/admin/login').expect(200);
      await visitor.get('/auth/sso/login/entra').expect(302);
      await visitor.get('/admin').expect(303);
    }
    expect(await keys()).toEqual(before);
    await close();
  });

  test.each([
    ['a page', '/admin', 303],
    ['the API', '/auth/me', 401],
    ['the sign-in page', '/admin/login', 200],
  ])('the idle timeout is checked on every path: %s', async (_, path, status) => {
    const { browser } = await signInAs(somebody({ roles: ['gateway.admin'] }));
    entrance.pass(30 * 60_000 + 1_000);
    await browser
      .get(path)
      .set('Accept', path.startsWith('/auth') ? 'application/json' : 'text/html')
      .expect(status);
  });

  test('a cookie that can’t come back is said on the sign-in page, not shown as an endless loop', async () => {
    const visit = (host: string) =>
      entrance.browser().get('/admin/login').set({ 'User-Agent': 'Mozilla/5.0', Host: host }).expect(200);
    expect((await visit('10.0.0.7:8000')).text).toContain('http://localhost:8000/admin/login');
    expect((await visit('localhost:8000')).text).not.toContain('http://localhost:8000/admin/login');
  });

  test('a secure cookie is set although this hop is plain http, where BASE_URL says https', async () => {
    const behindProxy = await startTestEntrance({
      microsoft: entrance.microsoft,
      settings: { BASE_URL: 'https://gateway.contoso.com', ALLOW_MEMORY_STORE: 'true', SSO_ENABLED: 'false' },
    });
    const landed = await behindProxy
      .browser()
      .post('/admin/login')
      .type('form')
      .send({ email: LOCAL_ADMIN.email, password: LOCAL_ADMIN.password })
      .expect(303);
    const cookie = String(cookieSetBy(landed, '__Host-entrance'));
    expect(cookie).toMatch(/; Secure/);
    await behindProxy
      .browser()
      .get('/admin')
      .set('Cookie', cookie.split(';')[0] ?? '')
      .expect(200);
    await behindProxy.close();
  });

  test('a user without admin rights isn’t bounced between the panel and the sign-in page', async () => {
    const { browser } = await signInAs(somebody());
    await browser.get('/admin').expect(403);
    await browser.get('/admin/login?next=/admin').expect(200);
  });
});

describe('local sign-in', () => {
  test('no second endpoint takes a password when SSO_PRESERVE_ADMIN_AUTH=false', async () => {
    const ssoOnly = await startTestEntrance({
      microsoft: entrance.microsoft,
      settings: { SSO_PRESERVE_ADMIN_AUTH: 'false' },
    });
    const { email, password } = LOCAL_ADMIN;
    for (const path of ['/admin/login', '/admin/', '/auth/login', '/auth/me', '/auth/sso/callback/entra']) {
      const asForm = await ssoOnly.browser().post(path).type('form').send({ email, password });
      const asBasic = await ssoOnly.browser().get(path).auth(email, password);
      for (const answer of [asForm, asBasic]) expect(cookieSetBy(answer, SESSION_COOKIE)).toBeUndefined();
      expect(asForm.status).toBeGreaterThanOrEqual(400);
    }
    await ssoOnly.close();
  });

  test('a lockout doesn’t let anybody lock the administrator out, and exempts nobody', async () => {
    const guarded = await startTestEntrance({
      microsoft: entrance.microsoft,
      settings: { TRUST_PROXY: 'true' },
    });
    const submit = (address: string, password: string) =>
      guarded
        .browser()
        .post('/admin/login')
        .set('X-Forwarded-For', address)
        .type('form')
        .send({ email: LOCAL_ADMIN.email, password });
    for (let failure = 0; failure < 5; failure += 1) await submit('203.0.113.9', 'wrong').expect(401);
    await submit('203.0.113.9', LOCAL_ADMIN.password).expect(429);
    await submit('198.51.100.4', LOCAL_ADMIN.password).expect(303);
    await guarded.close();
  });
});

describe('people', () => {
  test('no two refusals have one text', async () => {
    const statuses = [
      [disabledPersona, 'disabled'],
      [pendingPersona, 'pending'],
      [rejectedPersona, 'rejected'],
    ] as const;
    for (const [persona, status] of statuses) {
      const { me } = await signInAs(persona);
      const user = await entrance.deps.directory.find(me.id);
      if (user !== undefined) await entrance.deps.directory.update(user, { status });
    }
    // These get in, but for the last: a token that names another tenant is refused as that tenant is.
    const others = ['admin', 'no-role', 'overage', 'dismissed', 'key-rotation', 'wrong-tid'];
    const refused = personas.filter(({ id }) => !others.includes(id));
    const headings = await Promise.all(
      refused.map(async ({ id }) => {
        const browser = entrance.browser();
        const back = await browser.get(await entrance.callbackFor(browser, id)).expect(303);
        const page = await browser.get(String(back.headers.location)).expect(200);
        return /<h2 id="refusal">(.*?)<\/h2>/.exec(page.text)?.[1];
      }),
    );
    expect(headings).not.toContain(undefined);
    expect(new Set(headings).size).toBe(refused.length);
  });

  test('the provider’s text from the query string is never printed on our page', async () => {
    const browser = entrance.browser();
    const query = new URLSearchParams({
      error: 'access_denied',
      error_description: 'Call 0900-EVIL',
      state: 'x',
    });
    const back = await browser.get(`/auth/sso/callback/entra?${query}`).expect(303);
    const page = await browser.get(`${String(back.headers.location)}&error_description=Call+0900-EVIL`);
    expect(page.text).not.toContain('EVIL');
  });

  test('an office behind one address never loses the buttons', async () => {
    for (let visit = 0; visit < 700; visit += 1) {
      await entrance.browser().get('/auth/sso/providers').expect(200);
    }
    expect((await entrance.browser().get('/admin/login').expect(200)).text).toContain(
      'Continue with Microsoft',
    );
  });

  test('the buttons are links, so that a blocked script can’t hide sign-in', async () => {
    const page = await entrance.browser().get('/admin/login?next=/admin/users').expect(200);
    expect(page.text).toMatch(/<a [^>]*href="\/auth\/sso\/login\/entra\?next=%2Fadmin%2Fusers"/);
    expect(page.text).not.toMatch(/<(button|a|form)[^>]*\bhidden\b/);
  });
});

test('what Microsoft signs is what these tests sign in with', async () => {
  let claims: Record<string, unknown> = {};
  entrance.microsoft.faults.idToken = (token) => {
    claims = claimsOf(token);
    return token;
  };
  await signInAs(somebody());
  entrance.microsoft.faults.idToken = undefined;
  expect(claims).not.toHaveProperty('email_verified');
  expect(claims).toMatchObject({ ver: '2.0', tid: entrance.microsoft.tenantId });
});
