import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Agent as TestAgent } from 'supertest';
import request from 'supertest';
import type { User } from '#entrance/directory/directory.js';
import { identitiesOf, withIdentity } from '#entrance/identity/linked-identities.js';
import { LOCAL_ADMIN, startTestEntrance, storeKinds, type TestEntrance } from '../support/entrance.js';
import { signInThrough } from '../support/microsoft.js';
import { written } from '../support/people.js';
import { type PersonAtMicrosoft, personAtMicrosoft } from '../support/people-at-microsoft.js';

const LINK = '/admin/account/link/entra';
const MINUTES = 60_000;
const NOW = '2026-02-01T00:00:00.000Z';

let count = 0;
/** Somebody at a provider that isn’t set up here. */
const atGithub = () => ({
  provider: 'github',
  providerScope: 'https://api.github.com',
  providerId: `${583_231 + ++count}`,
});

describe.each(storeKinds)('one person with several ways in, on %s', (store) => {
  let entrance: TestEntrance;
  beforeAll(async () => {
    entrance = await startTestEntrance({ store });
  });
  afterAll(() => entrance.close());

  /** A person who is signed in with Microsoft. */
  async function signedIn(
    name: string,
  ): Promise<{ person: PersonAtMicrosoft; browser: TestAgent; user: User }> {
    const person = personAtMicrosoft(entrance, name);
    const { browser } = await person.signIn();
    const user = await person.account();
    if (user === undefined) throw new Error('no account');
    return { person, browser, user };
  }

  /** A person who has both ways in, and is signed in with Microsoft. */
  async function withBoth(name: string) {
    const { person, browser, user } = await signedIn(name);
    const key = atGithub();
    const linked = written(await entrance.deps.directory.update(user, withIdentity(user, key, NOW)));
    return { person, browser, user: linked, key };
  }

  /** A person whose one way in is another provider, and who is signed in twice. */
  async function fromGithub(name: string) {
    const { person, browser, user } = await signedIn(name);
    const { browser: elsewhere } = await person.signIn();
    const key = atGithub();
    await entrance.deps.directory.update(user, key);
    return { person, browser, elsewhere, user, key };
  }

  async function link(browser: TestAgent, persona: string): Promise<string> {
    const page = await browser.post(LINK).expect(200);
    const url = /^0; url=(.*)$/.exec(String(page.headers.refresh))?.[1] ?? '';
    const { pathname, search } = await signInThrough(url, persona);
    return String((await browser.get(pathname + search).expect(303)).headers.location);
  }

  const unlinkForm = (
    browser: TestAgent,
    { provider, providerId }: { provider: string; providerId: string },
  ) => browser.post('/admin/account/unlink').type('form').send({ provider, provider_id: providerId });
  const find = (user: User) => entrance.deps.directory.find(user.id);
  const api = async (method: 'get' | 'delete', path: string) =>
    request(entrance.app)
      [method](path)
      .set('Authorization', `Bearer ${await entrance.token('*')}`);

  test('a way in is added from My account: the account stays, every session ends, and either lets the person in', async () => {
    const { person, browser, elsewhere, user, key } = await fromGithub('Add Way');
    await elsewhere.get('/auth/me').expect(200);
    const page = (await browser.get('/admin/account').expect(200)).text;
    expect(page).toContain('Ways to sign in');
    expect(page).toContain(key.providerId);
    expect(page).toContain('Link Microsoft account');
    expect(page).not.toContain('Unlink');
    expect(await link(browser, person.oid)).toBe('/admin/account');
    const linked = await find(user);
    expect(linked).toMatchObject({ ...key, email: user.email });
    expect(linked && identitiesOf(linked)).toMatchObject([
      key,
      { provider: 'entra', providerId: person.oid },
    ]);
    await elsewhere.get('/auth/me').set('Accept', 'application/json').expect(401);
    const after = (await browser.get('/admin/account').expect(200)).text;
    expect(after).toContain('Your account is linked');
    expect(after).not.toContain('Link Microsoft account');
    expect(after).toContain('Unlink from GitHub');
    expect((await person.signIn()).location).toBe('/admin');
    expect((await person.account())?.id).toBe(user.id);
    const { events } = await entrance.deps.audit.list({ action: 'user-link', user: user.id, limit: 5 });
    expect(events).toMatchObject([
      { user: { id: user.id, target: { id: user.id } }, entrance: { provider: 'entra' } },
    ]);
  });

  test('a sign-in that is a while ago has to be repeated before a way in is added', async () => {
    const { browser, user } = await fromGithub('Old Session');
    entrance.pass(16 * MINUTES);
    const page = (await browser.get('/admin/account').expect(200)).text;
    expect(page).toContain('sign in again');
    expect(page).not.toContain(LINK);
    await browser.post(LINK).expect(303).expect('Location', '/admin/account');
    expect((await browser.get('/admin/account')).text).toContain('sign in again first');
    expect(await find(user)).toMatchObject({ provider: 'github' });
  });

  test('the identity of somebody else is never added, and a second one of the same provider neither', async () => {
    const { person: other, user: theirs } = await signedIn('Somebody Else');
    const { browser, user } = await fromGithub('Wants Theirs');
    expect(await link(browser, other.oid)).toBe('/admin/account');
    expect((await browser.get('/admin/account')).text).toContain('belongs to another account here');
    expect((await other.account())?.id).toBe(theirs.id);
    const now = await find(user);
    expect(now && identitiesOf(now)).toHaveLength(1);
    const { browser: already } = await signedIn('Has One');
    await already.post(LINK).expect(409);
  });

  test('one of two is unlinked after a question: only its sessions end, and it lets nobody in any more', async () => {
    const { browser, user, key } = await withBoth('Two Ways');
    const page = (await browser.get('/admin/account').expect(200)).text;
    const href = /href="(\/admin\/account\/unlink[^"]*)"/.exec(page)?.[1]?.replaceAll('&amp;', '&') ?? '';
    expect(href).toContain('github');
    expect((await browser.get(href).expect(200)).text).toContain('Unlink your account from GitHub?');
    await unlinkForm(browser, key).expect(303).expect('Location', '/admin/account');
    expect((await browser.get('/admin/account').expect(200)).text).toContain('unlinked from GitHub');
    expect(await entrance.deps.directory.findByIdentity(key)).toBeUndefined();
    const { events } = await entrance.deps.audit.list({ action: 'user-unlink', user: user.id, limit: 5 });
    expect(events).toMatchObject([{ entrance: { provider: 'github' }, user: { target: { id: user.id } } }]);
  });

  test('the last way in that is open isn’t unlinked: the page offers no link, and the form says why', async () => {
    const { person, browser, user } = await withBoth('One Is Open');
    const page = (await browser.get('/admin/account')).text;
    expect(page).not.toContain('Unlink from Microsoft');
    await unlinkForm(browser, { provider: 'entra', providerId: person.oid }).expect(303);
    expect((await browser.get('/admin/account').expect(200)).text).toContain(
      'This is the last way to sign in',
    );
    expect(await find(user)).toEqual(user);
    const { browser: single, person: alone } = await signedIn('Single Way');
    await unlinkForm(single, { provider: 'entra', providerId: alone.oid }).expect(303);
    expect((await alone.account())?.providerId).toBe(alone.oid);
  });

  test('nobody unlinks what isn’t theirs', async () => {
    const { key, user } = await withBoth('Owner');
    const { browser } = await signedIn('Thief');
    await unlinkForm(browser, key).expect(303);
    expect((await browser.get('/admin/account')).text).toContain('the account isn’t linked to it');
    expect(await find(user)).toEqual(user);
  });

  test('the API names all identities, and parts an account from one of them or from all', async () => {
    const { browser, user, key, person } = await withBoth('By Program');
    const { body } = await api('get', `/auth/users/${user.id}`);
    expect(body).toMatchObject({ provider: 'entra', provider_id: person.oid, tenant_id: user.providerScope });
    expect(body.identities).toEqual([
      {
        provider: 'entra',
        provider_id: person.oid,
        tenant_id: user.providerScope,
        linked_at: user.createdAt,
      },
      { provider: 'github', provider_id: key.providerId, tenant_id: null, linked_at: NOW },
    ]);
    expect((await browser.get('/auth/me')).body.identities).toEqual(body.identities);
    const path = `/auth/users/${user.id}/identity`;
    expect((await api('delete', `${path}?provider=entra`)).body).toMatchObject({ code: 'last_identity' });
    expect((await api('delete', `${path}?provider=okta`)).status).toBe(400);
    expect((await api('delete', `${path}?provider_id=${key.providerId}`)).status).toBe(400);
    expect((await api('delete', `${path}?provider=github`)).body.identities).toHaveLength(1);
    await browser.get('/auth/me').expect(200);
    expect((await api('delete', path)).body).toMatchObject({ provider_id: null, identities: [] });
    await browser.get('/auth/me').expect(401);
  });

  test('an administrator sees every way in, and unlinks one', async () => {
    const { user, key } = await withBoth('Seen Ways');
    const admin = await entrance.signIn('admin');
    const page = (await admin.get(`/admin/users/${user.id}`).expect(200)).text;
    expect(page).toContain('ID at GitHub');
    expect(page).toContain('Unlink from all');
    const query = `provider=github&provider_id=${key.providerId}`;
    expect((await admin.get(`/admin/users/${user.id}/unlink?${query}`).expect(200)).text).toContain(
      'Unlink Seen Ways from GitHub?',
    );
    const form = { provider: 'github', provider_id: key.providerId };
    await admin.post(`/admin/users/${user.id}/unlink`).type('form').send(form).expect(303);
    const left = await find(user);
    expect(left && identitiesOf(left)).toMatchObject([{ provider: 'entra' }]);
  });

  test('who brings an address that is taken learns its way in, if their provider vouches for the address', async () => {
    const person = personAtMicrosoft(entrance, 'Proved', { claims: { xms_edov: true } });
    const refused = await person.signIn(LOCAL_ADMIN.email);
    expect(refused.location).toBe('/admin/login?error=account_conflict');
    const page = (await refused.browser.get(refused.location)).text;
    expect(page).toContain('This address signs in with');
    expect(page).toContain('a password');
  });
});

test('who can’t prove an address doesn’t learn how its account signs in', async () => {
  const entrance = await startTestEntrance({ settings: { SSO_TRUSTED_DOMAINS: undefined } });
  const guest = personAtMicrosoft(entrance, 'Guest', { claims: { acct: 1 } });
  const refused = await guest.signIn(LOCAL_ADMIN.email);
  expect(refused.location).toBe('/admin/login?error=account_conflict');
  const page = (await refused.browser.get(refused.location)).text;
  expect(page).toContain('Another account already uses this email address');
  expect(page).not.toContain('This address signs in with');
  await entrance.close();
});
