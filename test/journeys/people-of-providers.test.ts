import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Agent as TestAgent } from 'supertest';
import request from 'supertest';
import { withIdentity, withIdentityUsed } from '#entrance/identity/linked-identities.js';
import type { Grant, User } from '#entrance/identity/user.js';
import { BASE_URL, startTestEntrance, type TestEntrance } from '../support/entrance.js';
import { CLIENTS, type OpenIdProvider, startOpenIdProvider } from '../support/openid-provider.js';
import { written } from '../support/people.js';
import { personAtMicrosoft } from '../support/people-at-microsoft.js';
import { type ShapedProvider, shapeProvider } from '../support/shaped-provider.js';

/* Microsoft is the first provider, and so the default. Okta is the second one. */

let provider: OpenIdProvider;
let entrance: TestEntrance;
let okta: ShapedProvider;
let token: string;
let admin: TestAgent;

beforeAll(async () => {
  provider = await startOpenIdProvider(`${BASE_URL}/auth/sso/callback/okta`);
  okta = await shapeProvider({ provider, id: 'okta', path: '', browser: () => entrance.browser() });
  entrance = await startTestEntrance({
    settings: {
      SSO_OKTA_ENABLED: 'true',
      SSO_OKTA_CLIENT_ID: 'post',
      SSO_OKTA_CLIENT_SECRET: CLIENTS.post,
      SSO_OKTA_ISSUER: provider.issuer,
      SSO_OKTA_TRUSTED_DOMAINS: 'acmecorp.com,contoso.com',
    },
  });
  token = await entrance.token('*');
  admin = await entrance.signIn('admin');
});
afterAll(async () => {
  await entrance.close();
  await provider.close();
});

const send = (path: string, body: object | string, type = 'application/json') =>
  request(entrance.app).post(path).set('Authorization', `Bearer ${token}`).type(type).send(body);
const add = (body: object) => send('/auth/users', body);
const importing = (csv: string, query = '') => send(`/auth/users/import${query}`, csv, 'text/csv');
const find = (email: string) => entrance.deps.directory.findByEmail(email);

const atOkta = async (email: string) =>
  (await okta.signIn({ sub: `00u-${email}`, idToken: { email, email_verified: true } })).location;

describe('an account that is added ahead for a provider', () => {
  test('is never taken by another provider’s word about the address, and is claimed by its own', async () => {
    const email = 'grace@contoso.com';
    const { body } = await add({ email, provider: 'okta', roles: ['platform_admin'] }).expect(201);
    expect(body).toMatchObject({ provider: 'okta', provider_id: null });
    const person = personAtMicrosoft(entrance, 'Grace');
    expect((await person.signIn(email)).location).toBe('/admin/login?error=account_conflict');
    expect(await person.account()).toBeUndefined();
    expect(await find(email)).toMatchObject({ provider: 'okta', providerId: null, lastLoginAt: null });
    expect(await atOkta(email)).toBe('/admin');
    expect(await find(email)).toMatchObject({ id: body.id, providerId: `00u-${email}` });
  });

  test('doesn’t become that of a person whom another provider gives the address later', async () => {
    const person = personAtMicrosoft(entrance, 'Mover');
    expect((await person.signIn('before@contoso.com')).location).toBe('/admin');
    const { body } = await add({ email: 'after@contoso.com', provider: 'okta' }).expect(201);
    await person.signIn('after@contoso.com');
    expect(await find('after@contoso.com')).toMatchObject({ id: body.id, providerId: null });
    expect(await person.account()).toMatchObject({ email: 'before@contoso.com' });
  });

  test('is the first provider’s if nobody names one', async () => {
    const email = 'ada@contoso.com';
    const { body } = await add({ email }).expect(201);
    expect(body.provider).toBe('entra');
    expect(await atOkta(email)).toBe('/admin/login?error=account_conflict');
    expect((await personAtMicrosoft(entrance, 'Ada').signIn(email)).location).toBe('/admin');
  });
});

test.each(['github', 'local', 'constructor', 'ok\u200Bta'])(
  'the API refuses a provider that isn’t set up, and names those that are: %j',
  async (named) => {
    const { body } = await add({ email: 'x@contoso.com', provider: named }).expect(400);
    expect(body.detail).toMatch(
      /^provider: “.*” is no provider that is set up here: name one of entra, okta, or leave it out for entra/,
    );
    expect(body.detail).not.toContain('\u200B');
    expect(await find('x@contoso.com')).toBeUndefined();
  },
);

test('an address has to be of a domain that its own provider admits', async () => {
  const { body } = await add({ email: 'x@acmecorp.com' }).expect(400);
  expect(body.detail).toContain('never sign in with Microsoft: SSO_TRUSTED_DOMAINS is contoso.com');
  await add({ email: 'x@acmecorp.com', provider: 'okta' }).expect(201);
  const refused = await add({ email: 'x@other.example', provider: 'okta' }).expect(400);
  expect(refused.body.detail).toContain('SSO_OKTA_TRUSTED_DOMAINS is acmecorp.com, contoso.com');
});

describe('a CSV file', () => {
  test('names the provider in a column, in any case; an empty cell is the first one', async () => {
    const csv = 'Email;Provider\nc1@contoso.com;Okta\nc2@contoso.com;\nc3@acmecorp.com;okta\n';
    const { body } = await importing(csv).expect(200);
    expect(body.rows).toMatchObject([{ provider: 'okta' }, { provider: 'entra' }, { provider: 'okta' }]);
    const added = await Promise.all(['c1@contoso.com', 'c2@contoso.com', 'c3@acmecorp.com'].map(find));
    expect(added.map((user) => user?.provider)).toEqual(['okta', 'entra', 'okta']);
  });

  test('adds nobody if a line names a provider that isn’t set up', async () => {
    const csv = `email,provider\nd1@contoso.com,okta\nd2@contoso.com,github\nd3@contoso.com,${'x'.repeat(5_000)}\n`;
    const { body } = await importing(csv, '?dry_run=true').expect(200);
    expect(body.problems).toEqual([
      {
        line: 3,
        column: 'provider',
        problem: expect.stringMatching(/^“github” is no provider.*entra, okta/),
      },
      { line: 4, column: 'provider', problem: expect.stringMatching(/^“x{100}…” is no provider/) },
    ]);
    expect((await importing(csv).expect(422)).body.detail).toContain('line 3 provider: “github”');
    expect(await find('d1@contoso.com')).toBeUndefined();
  });
});

describe('a person of two providers', () => {
  const at = '2026-05-01T10:00:00.000Z';

  /** Somebody whom the last sign-in made a viewer and a member of a team. */
  async function withBoth(name: string, last: string | undefined): Promise<User> {
    const { directory, teams } = entrance.deps;
    const [team] = await teams.list();
    if (team === undefined) throw new Error('no team');
    const grant = (what: string): Grant => ({
      name: what,
      origin: 'sso',
      sources: [{ kind: 'group', value: 'Engineering' }],
      confirmedAt: at,
    });
    const user = await entrance.addUser({ email: `${name}@contoso.com`, createdAt: at });
    const key = { provider: 'okta', providerScope: okta.issuer, providerId: `00u-${name}` };
    const linked = written(await directory.update(user, withIdentity(user, key, at)));
    return written(
      await directory.update(
        linked,
        {
          ...withIdentityUsed(linked, key, at),
          lastLoginAt: at,
          roles: [grant('platform_viewer')],
          teams: [grant(team.id)],
        },
        {
          seen: { at, provider: last, groups: ['Engineering'], appRoles: [], verifiedDomain: undefined },
        },
      ),
    );
  }

  test('has roles and teams by the one that they signed in with last, or by one that isn’t known', async () => {
    await send('/auth/teams', { name: 'Harbour' }).expect(201);
    const [known, unknown] = [await withBoth('known', 'okta'), await withBoth('unknown', undefined)];
    const page = async ({ id }: User) => (await admin.get(`/admin/users/${id}`).expect(200)).text;
    expect((await page(known)).match(/From [^:<]+: group Engineering/g)).toEqual(
      ['Okta', 'Okta'].map((name) => `From ${name}: group Engineering`),
    );
    expect((await page(unknown)).match(/From [^:<]+: group Engineering/g)).toEqual(
      ['single sign-on', 'single sign-on'].map((name) => `From ${name}: group Engineering`),
    );
    const [team] = await entrance.deps.teams.list();
    const members = (await admin.get(`/admin/teams/${team?.id}`).expect(200)).text;
    expect(members).toContain('From <bdi>single sign-on</bdi>');
    expect(members).not.toContain('From <bdi>Microsoft</bdi>');
    const { body } = await request(entrance.app)
      .get(`/auth/users/${known.id}/access`)
      .set('Authorization', `Bearer ${token}`)
      .expect(200);
    expect(body).toMatchObject({ judged_by: 'okta', last_seen: { at, provider: 'okta' } });
  });
});

describe('the console', () => {
  const submit = (form: object) => admin.post('/admin/users/add').type('form').send(form);

  test('lets an administrator choose the provider of one person, and keeps what was chosen', async () => {
    const { text } = await admin.get('/admin/users/add').expect(200);
    expect(text).toMatch(/<option dir="auto" value="okta">Okta<\/option>/);
    expect(text).toContain('<code>entra</code>, <code>okta</code>. An empty cell means <code>entra</code>');
    const wrong = await submit({ email: 'nobody', full_name: '', role: '', provider: 'okta' }).expect(400);
    expect(wrong.text).toContain('value="okta" selected');
    const { headers } = await submit({ email: 'e1@contoso.com', provider: 'okta' }).expect(303);
    expect((await admin.get(headers.location ?? '')).text).toContain(
      'gets this account by signing in with Okta.',
    );
    expect(await find('e1@contoso.com')).toMatchObject({ provider: 'okta', providerId: null });
    expect((await submit({ email: 'e2@contoso.com', provider: 'github' }).expect(400)).text).toContain(
      '“github” is no provider that is set up here',
    );
  });

  test('shows before an import with what each person will sign in', async () => {
    const csv = 'email,provider\nf1@contoso.com,okta\nf2@contoso.com,\n';
    const { text } = await admin
      .post('/admin/users/import')
      .attach('file', Buffer.from(csv), 'people.csv')
      .expect(200);
    expect(text.match(/data-label="Signs in with"><bdi>[^<]+/g)).toEqual(
      ['Okta', 'Microsoft'].map((name) => `data-label="Signs in with"><bdi>${name}`),
    );
  });

  test('asks for no provider if there is one alone', async () => {
    const { microsoft } = entrance;
    const single = await startTestEntrance({ microsoft });
    const page = await (await single.signIn('admin')).get('/admin/users/add').expect(200);
    expect(page.text).not.toContain('name="provider"');
    expect(page.text).not.toContain('<code>provider</code>');
    await single.close();
  });
});
