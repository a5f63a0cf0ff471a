import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Agent as TestAgent } from 'supertest';
import type { User } from '#entrance/directory/directory.js';
import { LOCAL_ADMIN, startTestEntrance, storeKinds, type TestEntrance } from '../support/entrance.js';
import { wordsOf } from '../support/words-of.js';

describe.each(storeKinds)('people chosen in the list, on %s', (store) => {
  let entrance: TestEntrance;
  let admin: TestAgent;
  beforeAll(async () => {
    entrance = await startTestEntrance({ store });
    admin = await entrance.signIn('admin');
  });
  afterAll(() => entrance.close());

  async function me(browser: TestAgent): Promise<User> {
    const { body } = await browser.get('/auth/me').set('Accept', 'application/json').expect(200);
    return userNamed(body.id);
  }

  async function userNamed(id: string): Promise<User> {
    const user = await entrance.deps.directory.find(id);
    if (user === undefined) throw new Error('nobody');
    return user;
  }

  async function localAdmin(): Promise<User> {
    const user = await entrance.deps.directory.findByEmail(LOCAL_ADMIN.email);
    if (user === undefined) throw new Error('no local administrator');
    return user;
  }

  const ask = (parameters: Record<string, string | string[]>) =>
    admin.get('/admin/users/bulk').query(parameters);
  const carryOut = (fields: Record<string, string>) =>
    admin.post('/admin/users/bulk').type('form').send(fields);
  const noticeAfter = async (response: { headers: Record<string, string> }) =>
    wordsOf((await admin.get(String(response.headers.location)).expect(200)).text);

  describe('what is done to them', () => {
    test('are disabled after one question that counts the sessions, and can be enabled again', async () => {
      const person = await entrance.signIn('no-role');
      const { id } = await me(person);
      const other = await entrance.addUser({ fullName: 'Grace Hopper' });
      const list = await admin.get('/admin/users?sort=full_name').expect(200);
      expect(list.text).toContain(`<input type="checkbox" name="id" value="${other.id}" form="bulk"`);

      const question = await ask({ do: 'disable', id: [id, other.id], list: 'sort=full_name' }).expect(200);
      expect(wordsOf(question.text)).toContain('Disable 2 people?');
      expect(wordsOf(question.text)).toContain('Grace Hopper');
      expect(wordsOf(question.text)).toContain('1 session ends, at once: 1 person is signed out.');
      expect((await userNamed(other.id)).status).toBe('active');

      const done = await carryOut({ do: 'disable', ids: `${id} ${other.id}`, list: 'sort=full_name' }).expect(
        303,
      );
      expect(done.headers.location).toBe('/admin/users?sort=full_name');
      expect(await noticeAfter(done)).toContain('Grace Hopper are disabled and signed out everywhere.');
      await person.get('/auth/me').set('Accept', 'application/json').expect(401);
      expect((await userNamed(other.id)).status).toBe('disabled');

      await carryOut({ do: 'enable', ids: `${id} ${other.id}` }).expect(303);
      expect((await userNamed(other.id)).status).toBe('active');
    });

    test('with the last administrator among them: the page names who is left out and why, and so does the answer', async () => {
      const own = await me(admin);
      const root = await localAdmin();
      const grace = await entrance.addUser({ fullName: 'Grace Two' });
      const question = await ask({ do: 'disable', id: [own.id, root.id, grace.id] }).expect(200);
      expect(wordsOf(question.text)).toContain(
        `Nothing is done to ${own.fullName}. This is your own account.`,
      );
      expect(wordsOf(question.text)).toContain('Disable 2 people?');

      const ids = [grace.id, root.id, own.id].join(' ');
      const done = await carryOut({ do: 'disable', ids }).expect(303);
      const notice = await noticeAfter(done);
      expect(notice).toContain('Grace Two and Local Administrator are disabled');
      expect(notice).toContain(`Not done for ${own.fullName}:`);
      expect((await userNamed(own.id)).status).toBe('active');
      expect((await userNamed(root.id)).status).toBe('disabled');
      await carryOut({ do: 'enable', ids: root.id }).expect(303);
    });

    test('who are administrators can’t all be disabled at once by two who choose each other', async () => {
      const root = await localAdmin();
      await carryOut({ do: 'disable', ids: root.id }).expect(303);
      const second = await entrance.addUser({
        fullName: 'Second Admin',
        roles: [{ name: 'platform_admin', origin: 'manual' }],
      });
      const own = await me(admin);
      expect(await entrance.deps.directory.isLastAdmin(own)).toBe(false);
      const done = await carryOut({ do: 'disable', ids: `${second.id} ${own.id}` }).expect(303);
      expect(await noticeAfter(done)).toContain(`Not done for ${own.fullName}:`);
      expect(await entrance.deps.directory.isLastAdmin(own)).toBe(true);
      await carryOut({ do: 'enable', ids: root.id }).expect(303);
    });

    test('stay with the last administrator among them, if somebody asks who is one until a date', async () => {
      const [own, root] = [await me(admin), await localAdmin()];
      await carryOut({ do: 'disable', ids: root.id }).expect(303);
      const { id } = await me(await entrance.signIn('no-role'));
      const until = new Date(entrance.deps.clock.now() + 3_600_000).toISOString();
      await entrance
        .browser()
        .put(`/auth/users/${id}/roles/platform_admin`)
        .set({ Accept: 'application/json', Authorization: `Bearer ${await entrance.token('*')}` })
        .send({ until })
        .expect(200);
      const substitute = await entrance.signIn('no-role');
      const { fullName } = await userNamed(id);
      const grace = await entrance.addUser({ fullName: 'Grace Three' });
      const reason = 'This is the last administrator who can sign in.';

      const question = await substitute
        .get('/admin/users/bulk')
        .query({ do: 'disable', id: [own.id, grace.id] })
        .expect(200);
      expect(wordsOf(question.text)).toContain(`Nothing is done to ${own.fullName}. ${reason}`);
      const done = await substitute
        .post('/admin/users/bulk')
        .type('form')
        .send({ do: 'disable', ids: `${own.id} ${grace.id} ${id}` })
        .expect(303);
      const notice = wordsOf((await substitute.get(String(done.headers.location)).expect(200)).text);
      expect(notice).toContain('Grace Three is disabled');
      expect(notice).toContain(`${own.fullName}: ${reason}`);
      expect(notice).toContain(`${fullName}: This is your own account.`);
      expect((await userNamed(own.id)).status).toBe('active');
      expect((await userNamed(grace.id)).status).toBe('disabled');
      await carryOut({ do: 'enable', ids: root.id }).expect(303);
    });

    test('are added to a team, and get a role; a missing choice is asked for', async () => {
      await admin
        .post('/admin/teams')
        .type('form')
        .send({ name: `Crew ${store}` })
        .expect(303);
      const team = (await entrance.deps.teams.list()).find(({ name }) => name === `Crew ${store}`);
      const people = [
        await entrance.addUser({ fullName: 'Una One' }),
        await entrance.addUser({ fullName: 'Dua Two' }),
      ];
      const ids = people.map(({ id }) => id).join(' ');
      const id = people.map((one) => one.id);
      expect(wordsOf((await ask({ do: 'join', id, team: team?.id ?? '' }).expect(200)).text)).toContain(
        `Add 2 people to the team Crew ${store}?`,
      );
      await carryOut({ do: 'join', ids, team: team?.id ?? '' }).expect(303);
      await carryOut({ do: 'give', ids, role: 'billing' }).expect(303);
      for (const one of people) {
        const { roles, teams } = await userNamed(one.id);
        expect(teams).toEqual([{ name: team?.id, origin: 'manual' }]);
        expect(roles).toEqual([{ name: 'billing', origin: 'manual' }]);
      }
      expect(await noticeAfter(await ask({ do: 'give', id }).expect(303))).toContain('Choose the role');
      expect(await noticeAfter(await ask({ do: 'join', id }).expect(303))).toContain('Choose the team');
      expect(await noticeAfter(await ask({ do: 'disable' }).expect(303))).toContain('Choose people first');
      const unknown = await carryOut({ do: 'enable', ids: `${people[0]?.id} gone` }).expect(303);
      expect(await noticeAfter(unknown)).toContain(
        'Not done for One account: There is no user with this ID.',
      );
    });
  });

  describe('what is read of them', () => {
    test('are nothing that a viewer may change, and can be filtered by team, role and last sign-in', async () => {
      const { email, fullName, id } = await entrance.addUser({
        fullName: 'Vera Viewer',
        providerId: `oid-viewer-${store}`,
        roles: [{ name: 'platform_viewer', origin: 'manual' }],
      });
      const persona = {
        id: 'viewer',
        name: fullName,
        story: '',
        oid: `oid-viewer-${store}`,
        username: email,
        email,
      };
      entrance.microsoft.addPersona(persona);
      const viewer = await entrance.signIn('viewer');
      expect((await me(viewer)).id).toBe(id);
      const list = await viewer.get('/admin/users').expect(200);
      expect(list.text).not.toContain('type="checkbox"');
      await viewer.get('/admin/users/bulk?do=disable&id=x').expect(403);
      await viewer.post('/admin/users/bulk').type('form').send({ do: 'disable', ids: 'x' }).expect(403);

      const page = await viewer.get('/admin/users?role=billing').expect(200);
      expect(wordsOf(page.text)).toContain('Dua Two');
      expect(page.text).toMatch(/<option [^>]*value="billing" selected>/);
      const asleep = await viewer.get('/admin/users?not_signed_in_since=2020-01-01').expect(200);
      expect(wordsOf(asleep.text)).toContain('Dua Two');
      expect(asleep.text).not.toContain('Amara Okafor</bdi>');
      await viewer.get('/admin/users?not_signed_in_since=soon').expect(400);
    });

    test('come as a CSV file with the same filters, without formulas and without unconfirmed addresses', async () => {
      const emailDoubt = { since: '2026-01-01T00:00:00.000Z', reason: 'unverified', other: null } as const;
      await entrance.addUser({ fullName: '=1+1', email: 'sheet@contoso.com' });
      await entrance.addUser({ fullName: 'Doubt Sheet', email: 'secret@contoso.com', emailDoubt });
      const file = await admin.get('/admin/users/export?q=sheet&sort=email').expect(200);
      expect(file.headers['content-disposition']).toBe('attachment; filename=users.csv');
      expect(file.text.startsWith('\uFEFFid,email,full_name,')).toBe(true);
      expect(file.text).toContain(",sheet@contoso.com,'=1+1,");
      expect(file.text).toContain(',,Doubt Sheet,');
      expect(file.text).not.toContain('secret@');
      expect(file.text.trimEnd().split('\r\n')).toHaveLength(3);

      const byApi = await entrance
        .browser()
        .get('/auth/users?q=sheet')
        .set({ Authorization: `Bearer ${await entrance.token('users:read')}`, Accept: 'text/csv' })
        .expect(200);
      expect(byApi.text.startsWith('id,email,')).toBe(true);
      expect(byApi.text.trimEnd().split('\r\n')).toHaveLength(3);
    });
  });
});
