import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import type { Action } from '#entrance/audit/event.js';
import { assembleEntrance } from '#entrance/entrance.js';
import {
  cookiesOf,
  LOCAL_ADMIN,
  startTestEntrance,
  storeKinds,
  type TestEntrance,
} from '../support/entrance.js';
import { forwardedAddress, personAtMicrosoft } from '../support/people-at-microsoft.js';

const FABRIKAM = '5e0d7c3b-94a1-4f26-8b7c-d2f1a6e39805';

let count = 0;
/** An address that no other test uses. */
function address(name: string): string {
  count += 1;
  return `${name}.${count}@contoso.com`;
}

describe.each(storeKinds)('addresses that a directory issues anew, on %s', (store) => {
  let entrance: TestEntrance;
  beforeAll(async () => {
    entrance = await startTestEntrance({
      store,
      settings: {
        SSO_ENTRA_TENANT_ID: 'organizations',
        SSO_ENTRA_ALLOWED_TENANTS: `3f6e2a8c-5b1d-4c97-8e0a-b7d94f21c650,${FABRIKAM}`,
        SSO_ENTRA_ADMIN_GROUPS: 'gateway.admin',
      },
    });
  });
  afterAll(() => entrance.close());

  const person = (name: string, changes = {}) => personAtMicrosoft(entrance, name, changes);
  const eventsOf = async (action: Action, user: string) =>
    (await entrance.deps.audit.list({ action, user, limit: 10 })).events;
  const warnings = () => entrance.logged.map((line) => JSON.parse(line)).filter(({ level }) => level === 40);
  const holderOf = async (email: string) => (await entrance.deps.directory.findByEmail(email))?.providerId;

  describe('that pass from one person to another', () => {
    test.each([
      ['Kim first', ['kim', 'lee']],
      ['Lee first', ['lee', 'kim']],
    ] as const)(
      'two people exchange addresses, %s: nobody is ever handed on as the other',
      async (_, order) => {
        const [kims, lees] = [address('pat.kim'), address('pat.lee')];
        const people = { kim: person('Pat Kim'), lee: person('Pat Lee') };
        const old = { kim: await people.kim.signIn(kims), lee: await people.lee.signIn(lees) };
        const truth = { kim: lees, lee: kims };
        people.kim.becomes({ username: truth.kim, email: truth.kim });
        people.lee.becomes({ username: truth.lee, email: truth.lee });

        const [first, second] = order;
        const begun = await people[first].signIn();
        expect(await forwardedAddress(begun.browser)).toBe(truth[first]);
        expect(await forwardedAddress(old[first].browser)).toBe('signed out');
        expect(await forwardedAddress(old[second].browser)).toBe('signed out');
        const between = await people[second].account();
        expect(between).toMatchObject({ email: truth[first], emailDoubt: { reason: 'taken' } });
        expect(between?.emailDoubt?.other).toBe((await people[first].account())?.id);

        for (const name of [second, first, second, first, second]) {
          const { browser, location } = await people[name].signIn();
          expect(location).toBe('/admin');
          expect(await forwardedAddress(browser)).toBe(truth[name]);
          expect((await browser.get('/auth/me')).body).toMatchObject({
            email: truth[name],
            email_confirmed: true,
          });
        }
        expect(await holderOf(kims)).toBe(people.lee.oid);
        expect(await holderOf(lees)).toBe(people.kim.oid);
        const taken = await eventsOf('user-address-take', between?.id ?? '');
        expect(taken).toHaveLength(1);
        expect(taken[0]?.user).toMatchObject({
          id: (await people[first].account())?.id,
          email: truth[first],
          target: { id: between?.id, email: truth[first] },
        });
        expect(warnings()).toContainEqual(
          expect.objectContaining({
            userId: (await people[first].account())?.id,
            otherUserId: between?.id,
            email: truth[first],
            msg: expect.stringContaining('an email address was taken over'),
          }),
        );
      },
    );

    test('three people pass their addresses round, and each ends with what Microsoft says', async () => {
      const addresses = [address('one'), address('two'), address('three')] as const;
      const people = [person('One'), person('Two'), person('Three')] as const;
      for (const [index, one] of people.entries()) await one.signIn(addresses[index]);
      for (const round of [1, 2]) {
        for (const [index, one] of people.entries()) {
          const own = addresses[(index + round) % 3];
          const { browser } = await one.signIn(own);
          expect(await forwardedAddress(browser)).toBe(own);
        }
      }
      const held = await Promise.all(people.map(async (one) => (await one.account())?.email));
      expect(held).toEqual([addresses[2], addresses[0], addresses[1]]);
    });

    test('the address that was lost is shown to administrators as unconfirmed, and handed on to nobody', async () => {
      const shared = address('desk');
      const [bo, ana] = [person('Bo Leaver'), person('Ana Desk')];
      await bo.signIn(shared);
      await ana.signIn(address('ana'));
      const { requireSession, guardedUser } = assembleEntrance(entrance.deps);
      const elsewhere = express().use(requireSession, (inner, response) => {
        const user = guardedUser(inner);
        response.json({ user, has: user.email !== undefined });
      });
      await ana.signIn(shared);
      const loser = await bo.account();

      const token = await entrance.token('users:read');
      const asked = (path: string) =>
        request(entrance.app).get(path).set('Authorization', `Bearer ${token}`).expect(200);
      expect((await asked(`/auth/users/${loser?.id}`)).body).toMatchObject({
        email: shared,
        email_confirmed: false,
      });
      const found = (await asked(`/auth/users?q=${encodeURIComponent(shared)}`)).body.users;
      expect(found).toMatchObject([{ provider_id: ana.oid, email_confirmed: true }]);
      const listed = (await asked('/auth/users?sort=email&limit=200')).body.users;
      expect(listed.filter((user: { email: string }) => user.email === shared)).toMatchObject([
        { provider_id: ana.oid, email_confirmed: true },
        { provider_id: bo.oid, email_confirmed: false },
      ]);

      const admin = (await person('Admin', { roles: ['gateway.admin'] }).signIn(address('admin'))).browser;
      const page = (await admin.get(`/admin/users/${loser?.id}`).expect(200)).text;
      expect(page).toContain('Address not confirmed: ');
      expect(page).toContain(
        `now held by <a href="/admin/users/${(await ana.account())?.id}"><bdi>Ana Desk</bdi></a>`,
      );
      expect(page).toContain('disable or delete this account');
      expect((await admin.get('/admin/users?q=Bo+Leaver')).text).toContain('Address not confirmed: ');
      expect((await admin.get(`/admin/users/${(await ana.account())?.id}`)).text).not.toContain(
        'not confirmed',
      );
      expect((await admin.get(`/admin/users/${loser?.id}/unlink`)).text).toContain(
        'nobody gets this account',
      );

      // A local account keeps its address, so Bo's sign-in can't be given it and stays without a confirmed one.
      const { browser } = await bo.signIn(LOCAL_ADMIN.email);
      expect(await forwardedAddress(browser)).toBeUndefined();
      expect((await browser.get('/auth/me')).body).toMatchObject({ email: null, email_confirmed: false });
      const own = await request(elsewhere).get('/').set('Cookie', cookiesOf(browser)).expect(200);
      expect(own.body).toMatchObject({ user: { id: loser?.id, fullName: 'Bo Leaver' }, has: false });
      expect(JSON.stringify(own.body)).not.toContain('contoso.com');
      const { events } = await entrance.deps.audit.list({
        action: 'user-sign-in',
        user: loser?.id ?? '',
        limit: 1,
      });
      expect(events[0]?.user).toEqual({ id: loser?.id, full_name: 'Bo Leaver' });
      bo.becomes({ name: 'Bo Renamed' });
      await bo.signIn();
      const renamed = { id: loser?.id, full_name: 'Bo Renamed' };
      expect((await eventsOf('user-update', loser?.id ?? ''))[0]?.user).toMatchObject({
        ...renamed,
        target: renamed,
      });
      expect(JSON.stringify((await eventsOf('user-update', loser?.id ?? ''))[0]?.user)).not.toContain('@');
    });

    test('a leaver’s disabled account keeps the address neither from a known person nor from a new one', async () => {
      const [desk, anas] = [address('service.desk'), address('ana')];
      const [bo, ana, hired] = [person('Bo'), person('Ana'), person('New Hire')];
      await bo.signIn(desk);
      await ana.signIn(anas);
      const leaver = await bo.account();
      if (leaver === undefined) throw new Error('no account');
      await entrance.deps.directory.update(leaver, { status: 'disabled' });

      expect(await forwardedAddress((await ana.signIn(desk)).browser)).toBe(desk);
      const first = await hired.signIn(anas);
      expect(first.location).toBe('/admin');
      expect(await forwardedAddress(first.browser)).toBe(anas);
      expect(await bo.account()).toMatchObject({ status: 'disabled', emailDoubt: { reason: 'taken' } });

      const [other, successor] = [person('Other Leaver'), person('Successor')];
      const theirs = address('post');
      await other.signIn(theirs);
      const gone = await other.account();
      if (gone === undefined) throw new Error('no account');
      await entrance.deps.directory.update(gone, { status: 'disabled' });
      expect(await forwardedAddress((await successor.signIn(theirs)).browser)).toBe(theirs);
      expect((await successor.account())?.id).not.toBe(gone.id);
      expect(await other.account()).toMatchObject({
        status: 'disabled',
        emailDoubt: { reason: 'taken', other: (await successor.account())?.id },
      });
      expect((await other.signIn()).location).toBe('/admin/login?error=account_disabled');
      expect(await holderOf(theirs)).toBe(successor.oid);
    });
  });

  describe('that another account keeps', () => {
    test('a person who was made anew is refused, and the event, the log and the console name the account to unlink', async () => {
      const noors = address('noor');
      const [noor, anew] = [person('Noor'), person('Noor')];
      await noor.signIn(noors);
      const holder = await noor.account();
      const refused = await anew.signIn(noors);
      expect(refused.location).toBe('/admin/login?error=account_conflict');
      expect(await noor.account()).not.toHaveProperty('emailDoubt');
      const shown = (await refused.browser.get(refused.location)).text;
      expect(shown).toContain('ask an administrator');
      expect(shown).not.toContain(holder?.id);
      expect(shown).not.toContain('the two accounts');

      const [event] = (
        await entrance.deps.audit.list({
          action: 'user-sign-in',
          outcome: 'failure',
          user: holder?.id ?? '',
          limit: 1,
        })
      ).events;
      expect(event).toMatchObject({
        event: { reason: 'account_conflict' },
        user: { email: noors, target: { id: holder?.id, email: noors } },
      });
      const line = warnings().find(({ holder: id }) => id === holder?.id);
      expect(line).toMatchObject({
        code: 'account_conflict',
        remedy: expect.stringContaining(`/admin/users/${holder?.id}`),
      });
      expect(line.remedy).toContain('unlink');
      const admin = (await person('Admin', { roles: ['gateway.admin'] }).signIn(address('admin'))).browser;
      const audit = (await admin.get(`/admin/audit?user=${holder?.id}`)).text;
      expect(audit).toContain('If this is the same person, made anew at Microsoft, unlink that account');
      expect(audit).toContain(`<a href="/admin/users/${holder?.id}"><bdi>Open Noor</bdi></a>`);

      await admin.post(`/admin/users/${holder?.id}/unlink`).expect(303);
      expect((await anew.signIn()).location).toBe('/admin');
      expect((await anew.account())?.id).toBe(holder?.id);
    });

    test('a local account keeps its address: a person who brings it stays in, and has no confirmed address', async () => {
      const [one, before] = [person('One More'), address('one.more')];
      const old = await one.signIn(before);
      const { browser, location } = await one.signIn(LOCAL_ADMIN.email);
      expect(location).toBe('/admin');
      expect(await forwardedAddress(browser)).toBeUndefined();
      expect(await forwardedAddress(old.browser)).toBe('signed out');
      const local = await entrance.deps.directory.findByEmail(LOCAL_ADMIN.email);
      expect(local).toMatchObject({ provider: 'local' });
      const account = await one.account();
      expect(account).toMatchObject({
        email: before,
        emailDoubt: { reason: 'contradicted', other: local?.id },
      });
      await one.signIn();
      expect(await eventsOf('user-address-keep', account?.id ?? '')).toMatchObject([
        {
          user: {
            id: account?.id,
            email: LOCAL_ADMIN.email,
            target: { id: local?.id, email: LOCAL_ADMIN.email },
          },
        },
      ]);
      expect(warnings()).toContainEqual(
        expect.objectContaining({ userId: account?.id, otherUserId: local?.id, email: LOCAL_ADMIN.email }),
      );
      const admin = (await person('Admin', { roles: ['gateway.admin'] }).signIn(address('admin'))).browser;
      const page = (await admin.get(`/admin/users/${account?.id}`)).text;
      expect(page).toContain('Microsoft names another address, held by');
      expect(page).toContain('keeps the other address');
      expect(await forwardedAddress((await one.signIn(before)).browser)).toBe(before);
    });

    test('another directory on the list can’t speak for the people of this one, unless the domain’s owner has verified it', async () => {
      const theirs = address('ceo');
      const [ceo, other] = [person('CEO'), person('Other', { tenantId: FABRIKAM })];
      await ceo.signIn(theirs);
      await other.signIn('other@fabrikam.com');
      const refused = await other.signIn(theirs);
      expect(await forwardedAddress(refused.browser)).toBeUndefined();
      expect(await holderOf(theirs)).toBe(ceo.oid);
      expect(await other.account()).toMatchObject({ emailDoubt: { reason: 'contradicted' } });
      other.becomes({ claims: { xms_edov: true } });
      expect(await forwardedAddress((await other.signIn()).browser)).toBe(theirs);
      expect(await holderOf(theirs)).toBe(other.oid);
    });
  });

  describe('of an account that was added ahead', () => {
    test('a person who was added ahead under a new address is merged into the account that they have', async () => {
      const [mei, before, after] = [person('Mei Tan'), address('mei'), 'mei@fabrikam.com'];
      await mei.signIn(before);
      const known = await mei.account();
      const write = await entrance.token('*');
      const send = (method: 'post', path: string, body: object) =>
        request(entrance.app)[method](path).set('Authorization', `Bearer ${write}`).send(body);
      await send('post', '/auth/teams', { name: `Movers ${store}` }).expect(201);
      const added = await send('post', '/auth/users', {
        email: after,
        full_name: 'Mei Tan',
        roles: ['platform_viewer'],
        teams: [`Movers ${store}`],
      }).expect(201);

      const { browser, location } = await mei.signIn(after);
      expect(location).toBe('/admin');
      expect((await browser.get('/auth/me')).body).toMatchObject({
        id: known?.id,
        email: after,
        roles: [{ name: 'platform_viewer', origin: 'manual' }],
        teams: [`Movers ${store}`],
      });
      expect(await entrance.deps.directory.find(added.body.id)).toBeUndefined();
      expect(await eventsOf('user-merge', added.body.id)).toMatchObject([
        { user: { id: known?.id, email: after, target: { id: added.body.id, email: after } } },
      ]);
      expect(warnings()).toContainEqual(
        expect.objectContaining({ userId: known?.id, otherUserId: added.body.id, email: after }),
      );
      expect(await holderOf(after)).toBe(mei.oid);
      expect((await mei.signIn()).location).toBe('/admin');
      expect((await mei.account())?.roles).toEqual([{ name: 'platform_viewer', origin: 'manual' }]);
    });

    test('an account that was added ahead and then disabled gives nothing to the person who brings its address', async () => {
      const [known, theirs] = [person('Known'), address('disabled.ahead')];
      await known.signIn(address('known'));
      const ahead = await entrance.addUser({
        email: theirs,
        providerId: null,
        providerScope: null,
        status: 'disabled',
        roles: [{ name: 'platform_admin', origin: 'manual' }],
      });
      const { browser } = await known.signIn(theirs);
      expect(await forwardedAddress(browser)).toBe(theirs);
      expect((await known.account())?.roles).toEqual([]);
      expect(await entrance.deps.directory.find(ahead.id)).toMatchObject({ emailDoubt: { reason: 'taken' } });
    });
  });

  describe('that a sign-in replaces, leaves out or writes in another way', () => {
    test('a known person who is refused for their new address isn’t known by the old one any more', async () => {
      const [moved, hired, before] = [person('Moved'), person('Hired'), address('moved')];
      const old = await moved.signIn(before);
      expect((await moved.signIn('moved@example.org')).location).toBe(
        '/admin/login?error=domain_not_trusted',
      );
      expect(await forwardedAddress(old.browser)).toBe('signed out');
      expect(await moved.account()).toMatchObject({ emailDoubt: { reason: 'contradicted', other: null } });
      expect((await hired.signIn(before)).location).toBe('/admin');
      expect(await eventsOf('user-address-keep', (await moved.account())?.id ?? '')).toMatchObject([
        { user: { email: 'moved@example.org', target: { email: before } } },
      ]);
    });

    test('a token without a readable address contradicts nothing', async () => {
      const [one, before] = [person('Same'), address('same')];
      const old = await one.signIn(before);
      one.becomes({ username: 'no address', claims: { email: undefined, upn: 7 } });
      expect((await one.signIn()).location).toBe('/admin/login?error=email_missing');
      expect(await forwardedAddress(old.browser)).toBe(before);
      expect(await one.account()).not.toHaveProperty('emailDoubt');
    });

    test('the same address in other letters moves nothing, and ends no session', async () => {
      const [one, before] = [person('Letters'), address('letters')];
      const old = await one.signIn(before);
      const { browser } = await one.signIn(before.replace('l', 'L'));
      expect(await forwardedAddress(browser)).toBe(before.replace('l', 'L'));
      expect(await forwardedAddress(old.browser)).toBe(before.replace('l', 'L'));
    });
  });
});
