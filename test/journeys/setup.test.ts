import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  BASE_URL,
  cookieSetBy,
  cookiesOf,
  LOCAL_ADMIN,
  REDIRECT_URI,
  SESSION_COOKIE,
  startTestEntrance,
  storeKinds,
  type TestEntrance,
} from '../support/entrance.js';
import { signInThrough } from '../support/microsoft.js';

const PEOPLE = '7b1f0f5e-6a27-4f0e-9d7a-2b7f7c1d9a01';

const REPORTER = {
  id: 'reporter',
  name: 'Rita Reporter',
  story: '',
  oid: '9b1b7c52-3d0e-4b5b-9a57-0d7c5f1b8e78',
  username: 'rita.reporter@contoso.com',
  email: 'rita.reporter@contoso.com',
  groups: [PEOPLE],
  claims: {
    department: 'Accounts',
    app_token: 'hush-hush',
    nested: { ticket: 'eyJhbGciOiJI.eyJzdWIi.c2ln' },
  },
};

/** The text of a page, as somebody reads it. */
function words(html: string): string {
  return html
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&#39;', '’')
    .replaceAll(/\s+/g, ' ');
}

describe.each(storeKinds)('setup, with the store in %s', (store) => {
  let entrance: TestEntrance;
  type Browser = Awaited<ReturnType<TestEntrance['signIn']>>;
  beforeAll(async () => {
    entrance = await startTestEntrance({
      store,
      settings: {
        SSO_ENTRA_ROLE_MAPPINGS: JSON.stringify({ [PEOPLE]: 'reports.read' }),
        SSO_ENTRA_TEAM_MAPPINGS: JSON.stringify({ [PEOPLE]: 'Reporting' }),
        SSO_ENTRA_CLIENT_SECRET_EXPIRES: '2099-01-01',
      },
    });
    entrance.microsoft.addPersona(REPORTER);
  });
  afterAll(() => entrance.close());

  /** Begins a test sign-in and walks through the provider; gives the callback. */
  async function trialCallback(browser: Browser, persona: string): Promise<string> {
    const page = await browser.post('/admin/setup/try/entra').expect(200);
    const url = /^0; url=(.*)$/.exec(String(page.headers.refresh))?.[1] ?? '';
    const { pathname, search } = await signInThrough(
      url.replace(entrance.microsoft.authority, entrance.microsoft.address),
      persona,
    );
    return pathname + search;
  }

  describe('the steps and the last refusals', () => {
    test('shows each step with the values to paste, before anything was checked', async () => {
      const admin = await entrance.signIn('admin');
      const { text } = await admin.get('/admin/setup').expect(200);
      expect(words(text)).toContain('Not checked in the last day');
      expect(text).toContain(`value="${REDIRECT_URI}"`);
      expect(text).toContain(`value="${BASE_URL}/auth/sso/logout/entra"`);
      expect(text).toContain(`value="${BASE_URL}/admin/login"`);
      expect(words(text)).toContain('The secret expires on 2099-01-01');
      expect(words(text)).toContain('Register the redirect URI Not checked');
      expect(text).not.toContain(entrance.microsoft.clientSecret);
    });

    test('shows what the doctor finds only after it was asked to check, and when that was', async () => {
      const admin = await entrance.signIn('admin');
      const asked: string[] = [];
      const original = entrance.deps.providers.map(({ inspection }) => inspection.examine);
      for (const { id, inspection } of entrance.deps.providers) {
        const { examine } = inspection;
        Object.assign(inspection, {
          examine: (now: () => number) => {
            asked.push(id);
            return examine(now);
          },
        });
      }
      await admin.get('/admin/setup').expect(200);
      expect(asked).toEqual([]);
      await admin.post('/admin/setup/check').expect(303);
      expect(asked).toEqual(['entra']);
      const { text } = await admin.get('/admin/setup').expect(200);
      expect(asked).toEqual(['entra']);
      for (const [index, { inspection }] of entrance.deps.providers.entries())
        Object.assign(inspection, { examine: original[index] });
      expect(words(text)).toMatch(/\d+ checks: \d+ right/);
      expect(words(text)).toMatch(/Checked just now/);
      expect(words(text)).toContain('Register the redirect URI Done');
      expect(words(text)).toContain(`The redirect URI ${REDIRECT_URI} is registered.`);
    });

    test('explains the last refused sign-ins, ten at most', async () => {
      for (let index = 0; index < 11; index += 1)
        await entrance
          .browser()
          .post('/admin/login')
          .set('X-Forwarded-For', `203.0.113.${index}`)
          .type('form')
          .send({ email: `nobody-${index}@contoso.com`, password: 'not the password' });
      const visitor = entrance.browser();
      entrance.microsoft.addPersona({
        id: 'stranger',
        name: 'Stan Stranger',
        story: '',
        oid: '9b1b7c52-3d0e-4b5b-9a57-0d7c5f1b8e79',
        username: 'stan@elsewhere.example',
        email: 'stan@elsewhere.example',
      });
      await visitor.get(await entrance.callbackFor(visitor, 'stranger')).expect(303);
      const { text } = await (await entrance.signIn('admin')).get('/admin/setup').expect(200);
      const refusals = text.slice(text.indexOf('id="refusals"'));
      expect(refusals.match(/was refused/g)).toHaveLength(10);
      expect(words(refusals)).toContain('The rule: the domain is in SSO_TRUSTED_DOMAINS.');
      expect(words(refusals)).toContain(
        'If people of elsewhere.example may sign in, add it to SSO_TRUSTED_DOMAINS',
      );
    });

    test('explains a refused sign-in in the words of the provider’s portal', async () => {
      const visitor = entrance.browser();
      await visitor.get(await entrance.callbackFor(visitor, 'no-email')).expect(303);
      const { text } = await (await entrance.signIn('admin')).get('/admin/setup').expect(200);
      expect(words(text)).toContain('Token configuration: add the optional claim “email” for ID tokens.');
    });
  });

  describe('a test sign-in', () => {
    async function everything() {
      const { audit, directory, sessions, teams } = entrance.deps;
      const users = [];
      for await (const some of directory.everybody()) users.push(...some);
      const { events } = await audit.list({ limit: 200 });
      return {
        users: users.sort((one, other) => (one.user.id < other.user.id ? -1 : 1)),
        teams: await teams.list(),
        sessions: await sessions.count(),
        events: events.map(({ event }) => event.id),
        signIns: await audit.countSignIns(2),
      };
    }

    test('a test sign-in shows the claims and what they would give, and changes nothing at all', async () => {
      const admin = await entrance.signIn('admin');
      const before = await everything();
      const cookies = cookiesOf(admin);
      const callback = await trialCallback(admin, 'reporter');
      const landed = await admin.get(callback).expect(303);
      expect(landed.headers.location).toBe('/admin/setup/try');
      expect(cookieSetBy(landed, SESSION_COOKIE)).toBeUndefined();
      const { text } = await admin.get('/admin/setup/try').expect(200);
      expect(words(text)).toContain('This person would get in, with a new account');
      expect(words(text)).toContain(`reports.read group ${PEOPLE}`);
      expect(words(text)).toContain(`Reporting group ${PEOPLE}`);
      expect(words(text)).toContain('department ID token Accounts');
      expect(words(text)).toContain('Email is vouched for yes');

      expect(await everything()).toEqual(before);
      const { body: me } = await admin.get('/auth/me').set('Accept', 'application/json').expect(200);
      expect(me.email).toBe('amara.okafor@contoso.com');
      expect(cookiesOf(admin)).toContain(
        cookies.split('; ').find((one) => one.startsWith(`${SESSION_COOKIE}=`)) ?? 'a session',
      );
    });

    test('a test sign-in shows no token, and nothing that may be one', async () => {
      const admin = await entrance.signIn('admin');
      await admin.get(await trialCallback(admin, 'reporter')).expect(303);
      const { text } = await admin.get('/admin/setup/try').expect(200);
      expect(words(text)).toMatch(/app_token ID token there, and not shown/);
      expect(text).not.toContain('hush-hush');
      expect(text).not.toMatch(/eyJ[\w-]+/);
      expect(words(text)).toMatch(/nonce ID token there, and not shown/);
    });

    test('a test sign-in that the provider or a rule refuses is told to the administrator, and counts for nobody', async () => {
      const admin = await entrance.signIn('admin');
      const before = await everything();
      await admin.get(await trialCallback(admin, 'stranger')).expect(303);
      const refused = words((await admin.get('/admin/setup/try').expect(200)).text);
      expect(refused).toContain('This person would be refused');
      expect(refused).toContain('add it to SSO_TRUSTED_DOMAINS');

      const callback = new URL(await trialCallback(admin, 'reporter'), BASE_URL);
      callback.searchParams.set('code', 'of-somebody-else');
      await admin.get(callback.pathname + callback.search).expect(303);
      expect(words((await admin.get('/admin/setup/try').expect(200)).text)).toContain('The sign-in failed');
      expect(await everything()).toEqual(before);
    });

    test('the result is for the session alone that began, and its callback works there alone and once', async () => {
      const admin = await entrance.signIn('admin');
      const other = await entrance.signIn('admin');
      const callback = await trialCallback(admin, 'reporter');
      // The other session even has the cookie of the attempt.
      const begun = cookiesOf(admin)
        .split('; ')
        .filter((one) => !one.startsWith(`${SESSION_COOKIE}=`));
      const stolen = await entrance
        .browser()
        .get(callback)
        .set(
          'Cookie',
          [
            ...begun,
            ...cookiesOf(other)
              .split('; ')
              .filter((one) => one.startsWith(`${SESSION_COOKIE}=`)),
          ].join('; '),
        );
      expect(stolen.headers['set-cookie'] ?? []).not.toEqual(
        expect.arrayContaining([expect.stringContaining(`${SESSION_COOKIE}=`)]),
      );
      expect(words((await other.get('/admin/setup/try').expect(200)).text)).toContain(
        'No test sign-in lately',
      );

      const signedOut = await entrance.browser().get(callback).set('Cookie', begun.join('; ')).expect(303);
      expect(signedOut.headers.location).toContain('error=transaction_invalid');
      const own = cookiesOf(admin);
      await admin.get(callback).expect(303);
      expect(words((await admin.get('/admin/setup/try')).text)).toContain('Rita Reporter');
      // Once more, with a copy of the cookie that is gone by now.
      const again = await entrance.browser().get(callback).set('Cookie', own).expect(303);
      expect(again.headers.location).toBe('/admin/setup/try');
      expect(words((await admin.get('/admin/setup/try')).text)).toContain('This person would get in');
      expect(words((await other.get('/admin/setup/try')).text)).toContain('No test sign-in lately');
    });
  });

  describe('access', () => {
    test('is for administrators alone', async () => {
      const person = await entrance.signIn('no-role');
      for (const path of ['/admin/setup', '/admin/setup/try']) await person.get(path).expect(403);
      for (const path of ['/admin/setup/check', '/admin/setup/try/entra'])
        await person.post(path).expect(403);
      await entrance.addUser({
        email: 'vera.viewer@contoso.com',
        providerId: '9b1b7c52-3d0e-4b5b-9a57-0d7c5f1b8e70',
        roles: [{ name: 'platform_viewer', origin: 'manual' }],
      });
      entrance.microsoft.addPersona({
        id: 'vera',
        name: 'Vera Viewer',
        story: '',
        oid: '9b1b7c52-3d0e-4b5b-9a57-0d7c5f1b8e70',
        username: 'vera.viewer@contoso.com',
      });
      const viewer = await entrance.signIn('vera');
      expect((await viewer.get('/admin').expect(200)).text).not.toContain('/admin/setup');
      for (const path of ['/admin/setup', '/admin/setup/try']) await viewer.get(path).expect(403);
      for (const path of ['/admin/setup/check', '/admin/setup/try/entra'])
        await viewer.post(path).expect(403);
      const local = entrance.browser();
      await local
        .post('/admin/login')
        .type('form')
        .send({ email: LOCAL_ADMIN.email, password: LOCAL_ADMIN.password })
        .expect(303);
      const callback = await trialCallback(local, 'reporter');
      const administrator = await entrance.deps.directory.findByEmail(LOCAL_ADMIN.email);
      await entrance.deps.sessions.revokeOfUser(administrator?.id ?? '');
      const answer = await local.get(callback).expect(303);
      expect(answer.headers.location).toContain('error=transaction_invalid');
    });
  });
});

test('a finding that something is wrong makes its step wrong, with the remedy', async () => {
  const entrance = await startTestEntrance();
  const admin = await entrance.signIn('admin');
  const [provider] = entrance.deps.providers;
  if (provider === undefined) throw new Error('no provider');
  Object.assign(provider.inspection, {
    examine: async () => [
      {
        check: 'redirect_uri',
        severity: 'failed',
        what: 'Microsoft doesn’t send anybody back (AADSTS50011).',
        remedy: 'Register the redirect URI.',
      },
    ],
  });
  await admin.post('/admin/setup/check').expect(303);
  const { text } = await admin.get('/admin/setup').expect(200);
  expect(words(text)).toContain('Register the redirect URI Wrong');
  expect(words(text)).toContain('→ Register the redirect URI.');
  await entrance.close();
});
