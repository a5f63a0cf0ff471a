import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { assembleEntrance } from '#entrance/entrance.js';
import { cookiesOf, startTestEntrance, storeKinds, type TestEntrance } from '../support/entrance.js';
import { forwardedAddress, personAtMicrosoft } from '../support/people-at-microsoft.js';

const ELSEWHERE = '5e0d7c3b-94a1-4f26-8b7c-d2f1a6e39805';

describe.each(storeKinds)('an address for which the provider doesn’t vouch, on %s', (store) => {
  let entrance: TestEntrance;
  beforeAll(async () => {
    entrance = await startTestEntrance({
      store,
      settings: {
        SSO_TRUSTED_DOMAINS: undefined,
        SSO_ENTRA_TENANT_ID: 'organizations',
        SSO_ENTRA_ALLOWED_TENANTS: '["*","3f6e2a8c-5b1d-4c97-8e0a-b7d94f21c650"]',
      },
    });
  });
  afterAll(() => entrance.close());

  const api = async (path: string) =>
    (
      await request(entrance.app)
        .get(path)
        .set('Authorization', `Bearer ${await entrance.token('*')}`)
    ).body;

  test.each([
    ['a guest', { claims: { acct: 1 } }],
    ['somebody of a directory that isn’t on the list', { tenantId: ELSEWHERE, claims: {} }],
  ])('%s is let in, and no app hears of the address until Microsoft vouches for it', async (who, changes) => {
    const email = `${who.replaceAll(/\W/g, '')}@contoso.com`;
    const guest = personAtMicrosoft(entrance, who, changes);
    const { browser, location } = await guest.signIn(email);
    expect(location).toBe('/admin');
    expect(await forwardedAddress(browser)).toBeUndefined();
    expect((await browser.get('/auth/me')).body).toMatchObject({ email: null, email_confirmed: false });
    const { requireSession, guardedUser } = assembleEntrance(entrance.deps);
    const elsewhere = express().use(requireSession, (inner, response) => {
      response.json(guardedUser(inner).email ?? 'none');
    });
    expect((await request(elsewhere).get('/').set('Cookie', cookiesOf(browser))).body).toBe('none');

    const account = await guest.account();
    expect(account).toMatchObject({ email, emailDoubt: { reason: 'unverified', other: null } });
    expect(await entrance.deps.directory.findByEmail(email)).toBeUndefined();
    expect(await api(`/auth/users/${account?.id}`)).toMatchObject({ email, email_confirmed: false });
    expect((await api(`/auth/users?q=${encodeURIComponent(email)}`)).users).toEqual([]);
    expect(JSON.stringify(await api('/auth/audit'))).not.toContain(email);

    await guest.signIn(email);
    expect(await guest.account()).toMatchObject({ emailDoubt: account?.emailDoubt });
    expect((await browser.get('/auth/verify')).status).toBe(204);

    guest.becomes({ claims: { ...changes.claims, xms_edov: true } });
    expect(await forwardedAddress((await guest.signIn()).browser)).toBe(email);
    expect(await guest.account()).toMatchObject({ id: account?.id, email });
    expect((await guest.account())?.emailDoubt).toBeUndefined();
    expect(await forwardedAddress(browser)).toBe('signed out');
    const { events } = await entrance.deps.audit.list({ action: 'user-update', user: account?.id, limit: 9 });
    expect(events).toMatchObject([{ user: { changes: { email }, target: { email } } }]);

    guest.becomes(changes);
    expect(await forwardedAddress((await guest.signIn()).browser)).toBeUndefined();
    expect(await guest.account()).toMatchObject({ email, emailDoubt: { reason: 'unverified' } });
  });

  test('its owner comes later, and gets an account with it; so does who is added ahead', async () => {
    const email = 'owner@contoso.com';
    const guest = personAtMicrosoft(entrance, 'Squatter', { tenantId: ELSEWHERE });
    await guest.signIn(email);
    const owner = personAtMicrosoft(entrance, 'Owner');
    const { browser, location } = await owner.signIn(email);
    expect(location).toBe('/admin');
    expect(await forwardedAddress(browser)).toBe(email);
    expect((await entrance.deps.directory.findByEmail(email))?.providerId).toBe(owner.oid);
    await guest.signIn();
    expect(await guest.account()).toMatchObject({ emailDoubt: { reason: 'contradicted' } });

    const other = personAtMicrosoft(entrance, 'Other squatter', { tenantId: ELSEWHERE });
    await other.signIn('ahead@contoso.com');
    await entrance.addUser({ email: 'ahead@contoso.com', providerId: null, providerScope: null });
    const awaited = personAtMicrosoft(entrance, 'Awaited');
    expect((await awaited.signIn('ahead@contoso.com')).location).toBe('/admin');
  });

  test('a new one takes the place of the one before, which is the person’s no more', async () => {
    const mover = personAtMicrosoft(entrance, 'Mover');
    const old = await mover.signIn('mover@contoso.com');
    mover.becomes({ claims: { acct: 1 } });
    expect(await forwardedAddress((await mover.signIn('moved@elsewhere.example')).browser)).toBeUndefined();
    expect(await forwardedAddress(old.browser)).toBe('signed out');
    expect(await entrance.deps.directory.findByEmail('mover@contoso.com')).toBeUndefined();
    const account = await mover.account();
    expect(account).toMatchObject({ email: 'moved@elsewhere.example', emailDoubt: { reason: 'unverified' } });
    const { events } = await entrance.deps.audit.list({
      action: 'user-address-keep',
      user: account?.id,
      limit: 9,
    });
    expect(events).toHaveLength(1);
    expect(entrance.logged.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ level: 40, userId: account?.id, msg: expect.stringContaining('vouch') }),
    );
  });

  test('nobody claims an account by it, once the account is unlinked', async () => {
    const guest = personAtMicrosoft(entrance, 'Unlinked guest', { claims: { acct: 1 } });
    await guest.signIn('unlinked@contoso.com');
    const account = await guest.account();
    const token = await entrance.token('*');
    await request(entrance.app)
      .delete(`/auth/users/${account?.id}/identity`)
      .set('Authorization', `Bearer ${token}`)
      .expect(200);
    const owner = personAtMicrosoft(entrance, 'The owner');
    await owner.signIn('unlinked@contoso.com');
    expect((await owner.account())?.id).not.toBe(account?.id);
  });

  test('administrators see that it isn’t confirmed, why, and what to do', async () => {
    const guest = personAtMicrosoft(entrance, 'Seen guest', { claims: { acct: 1 } });
    await guest.signIn('seen@contoso.com');
    const account = await guest.account();
    const admin = await entrance.signIn('admin');
    const page = (await admin.get(`/admin/users/${account?.id}`).expect(200)).text;
    expect(page).toContain('(not confirmed)');
    expect(page).toContain('Microsoft doesn’t vouch for it');
    expect(page).toContain('No app is told that this address is theirs.');
    expect((await admin.get('/admin/audit')).text).not.toContain('seen@contoso.com');
  });
});

describe('if new people wait for approval', () => {
  test('a request shows the address as unconfirmed, and approving the person confirms nothing', async () => {
    const entrance = await startTestEntrance({
      settings: { SSO_TRUSTED_DOMAINS: undefined, SSO_REQUIRE_ADMIN_APPROVAL: 'true' },
    });
    await entrance.addUser({ roles: [{ name: 'platform_admin', origin: 'manual' }] });
    const guest = personAtMicrosoft(entrance, 'Waiting guest', { claims: { acct: 1 } });
    await guest.signIn('waiting@contoso.com');
    const account = await guest.account();
    expect(account).toMatchObject({ status: 'pending', emailDoubt: { reason: 'unverified' } });
    await request(entrance.app)
      .post(`/auth/users/${account?.id}/approve`)
      .set('Authorization', `Bearer ${await entrance.token('*')}`)
      .expect(200);
    expect(await forwardedAddress((await guest.signIn()).browser)).toBeUndefined();
    await entrance.close();
  });
});

describe('if people with unverified addresses may sign in', () => {
  let entrance: TestEntrance;
  beforeAll(async () => {
    entrance = await startTestEntrance({ settings: { SSO_TRUSTED_DOMAINS: undefined } });
  });
  afterAll(() => entrance.close());

  test('a guest takes no address over, and isn’t handed on with the one that Microsoft doesn’t give them any more', async () => {
    const guest = personAtMicrosoft(entrance, 'Guest', { claims: { acct: 1 } });
    const member = personAtMicrosoft(entrance, 'Member');
    await guest.signIn('guest@contoso.com');
    await member.signIn('member@contoso.com');
    const { browser, location } = await guest.signIn('member@contoso.com');
    expect(location).toBe('/admin');
    expect(await forwardedAddress(browser)).toBeUndefined();
    expect(await guest.account()).toMatchObject({
      email: 'guest@contoso.com',
      emailDoubt: { reason: 'contradicted', other: (await member.account())?.id },
    });
    expect(await forwardedAddress((await member.signIn()).browser)).toBe('member@contoso.com');
    expect(await forwardedAddress((await guest.signIn('guest@contoso.com')).browser)).toBeUndefined();
    expect(await guest.account()).toMatchObject({ emailDoubt: { reason: 'unverified', other: null } });
  });

  test('a guest gets neither the account that was added ahead nor the address of a disabled one', async () => {
    const ahead = await entrance.addUser({
      email: 'ahead@contoso.com',
      providerId: null,
      providerScope: null,
    });
    const gone = await entrance.addUser({ email: 'gone@contoso.com', status: 'disabled' });
    const guest = personAtMicrosoft(entrance, 'Guest', { claims: { acct: 1 } });
    expect((await guest.signIn('gone@contoso.com')).location).toBe('/admin/login?error=account_conflict');
    await guest.signIn('known.guest@contoso.com');
    await guest.signIn('ahead@contoso.com');
    expect(await entrance.deps.directory.find(ahead.id)).toEqual(ahead);
    expect(await entrance.deps.directory.find(gone.id)).toEqual(gone);
  });
});
