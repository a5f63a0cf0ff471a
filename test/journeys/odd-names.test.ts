import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Agent as TestAgent } from 'supertest';
import request from 'supertest';
import { cleanText, displayText } from '#entrance/identity/text.js';
import { LOCAL_ADMIN, startTestEntrance, storeKinds, type TestEntrance } from '../support/entrance.js';
import { oddText, UNSEEN } from '../support/odd-text.js';

const ODD = 'A\0d\u001B[31ma\n\u009B\u202E\u200B Love\u00ADlace \uD83D';
const CLEAN = 'Ad[31ma Lovelace \uFFFD';

describe.each(storeKinds)('texts that one gives and another reads, on %s', (store) => {
  let entrance: TestEntrance;
  let admin: TestAgent;
  let token: string;
  beforeAll(async () => {
    entrance = await startTestEntrance({ store, settings: { SSO_TRUSTED_DOMAINS: 'contoso.com' } });
    admin = await entrance.signIn('admin');
    token = await entrance.token('*');
  });
  afterAll(() => entrance.close());

  const api = (method: 'get' | 'post' | 'patch', path: string, body?: object) => {
    const call = request(entrance.app)[method](path).set('Authorization', `Bearer ${token}`);
    return body === undefined ? call : call.send(body);
  };
  const form = (path: string, fields: object) => admin.post(path).type('form').send(fields);
  const importing = (csv: string, query = '') =>
    request(entrance.app)
      .post(`/auth/users/import${query}`)
      .set('Authorization', `Bearer ${token}`)
      .type('text/csv')
      .send(csv);

  let people = 0;
  async function signInAs(name: string, address?: string) {
    people += 1;
    const email = address ?? `person${people}@contoso.com`;
    const oid = `0e7a0c11-0000-4000-8000-${`${people}`.padStart(12, '0')}`;
    entrance.microsoft.addPersona({
      ...{ id: `p${people}`, name: 'x', story: '', oid, username: email, email, roles: ['gateway.admin'] },
      claims: { name },
    });
    return { browser: await entrance.signIn(`p${people}`), email, id: `p${people}` };
  }

  describe('names of people', () => {
    test.each([
      ['\u202Enimda mroftalP', 'nimda mroftalP'],
      ['Ada\u2066 Lovelace', 'Ada Lovelace'],
      ['\u200B\u200B', undefined],
      ['\u3164', undefined],
      ['Pl\u00ADatform', 'Platform'],
      ['Ada\u{E0041}', 'Ada'],
      [`A${'a'.repeat(198)}😀`, `A${'a'.repeat(198)}😀`],
      [`A${'a'.repeat(199)}😀`, `A${'a'.repeat(199)}`],
      ['Ada \uD83D', 'Ada \uFFFD'],
      ['👩🏽\u200D💻 Ada', '👩🏽\u200D💻 Ada'],
    ])('the name %j that Microsoft says is read as %j everywhere', async (name, shown) => {
      const { browser, email } = await signInAs(name);
      const expected = shown ?? email.slice(0, email.indexOf('@'));
      const { body: me } = await browser.get('/auth/me').set('Accept', 'application/json').expect(200);
      expect(me.full_name).toBe(expected);
      const { body: found } = await api('get', `/auth/users?q=${encodeURIComponent(expected)}`).expect(200);
      const user = found.users.find((one: { email: string }) => one.email === email);
      expect(user.full_name).toBe(expected);
      const { text } = await browser.get(`/admin/users/${user.id}`).expect(200);
      expect(text).toContain(`<h1><bdi>${expected}</bdi>`);
      expect(text).toContain(`<a href="/admin/account"><bdi>${expected}</bdi></a>`);
      for (const type of ['application/json', 'application/x-ndjson', 'text/csv']) {
        const exported = await api('get', `/auth/audit?user=${user.id}`).set('Accept', type).buffer(true);
        expect(exported.text).not.toMatch(/[\u202E\u2066\u200B\u3164\u00AD\u{E0041}]/u);
        expect(exported.text.isWellFormed()).toBe(true);
      }
    });

    test('names of people by API', async () => {
      const made = await api('post', '/auth/users', { email: 'by.api@contoso.com', full_name: ODD }).expect(
        201,
      );
      expect(made.body.full_name).toBe(CLEAN);
      const changed = await api('patch', `/auth/users/${made.body.id}`, {
        full_name: `\u202E${ODD}!`,
      }).expect(200);
      expect(changed.body.full_name).toBe(`${CLEAN}!`);
      for (const [full_name, words] of [
        ['\u200B\u3164', 'full_name: has no visible character'],
        ['x'.repeat(201), 'full_name: is longer than 200 characters'],
      ]) {
        const refused = await api('patch', `/auth/users/${made.body.id}`, { full_name }).expect(400);
        expect(refused.body.detail).toContain(words);
      }
    });

    test('what is stored by the API is what GET answers, whatever name comes', async () => {
      const { body: user } = await api('post', '/auth/users', { email: 'any@contoso.com' }).expect(201);
      await fc.assert(
        fc.asyncProperty(oddText, async (full_name) => {
          const clean = cleanText(full_name);
          const { status, body } = await api('patch', `/auth/users/${user.id}`, { full_name });
          const isKept = clean !== '' && displayText(clean, 200) === clean;
          expect(status).toBe(isKept ? 200 : 400);
          if (!isKept) return;
          const read = await api('get', `/auth/users/${user.id}`).expect(200);
          expect([body.full_name, read.body.full_name]).toEqual([clean, clean]);
          expect(read.body.full_name).not.toMatch(UNSEEN);
        }),
        { numRuns: 25 },
      );
    });

    test('names of people by form and by CSV', async () => {
      await form('/admin/users/add', { email: 'by.form@contoso.com', full_name: `${ODD}`, role: '' }).expect(
        303,
      );
      await form('/admin/users/add', { email: 'unseen@contoso.com', full_name: '\u200B', role: '' }).expect(
        303,
      );
      const csv =
        'email,full_name\nby.csv@contoso.com,"Ada\u202E\n\u009BLove\u00ADlace"\nunseen.csv@contoso.com,\u3164\n';
      await importing(csv).expect(200);
      const name = async (email: string) => (await entrance.deps.directory.findByEmail(email))?.fullName;
      expect(await name('by.form@contoso.com')).toBe(CLEAN.replace('\uFFFD', '\uFFFD'));
      expect(await name('unseen@contoso.com')).toBe('unseen@contoso.com');
      expect(await name('by.csv@contoso.com')).toBe('Ada Lovelace');
      expect(await name('unseen.csv@contoso.com')).toBe('unseen.csv@contoso.com');
    });
  });

  describe('names and sentences about other things', () => {
    test('names and descriptions of teams, which are one if they look the same', async () => {
      const made = await api('post', '/auth/teams', { name: `Plat\u00ADform`, description: ODD }).expect(201);
      expect(made.body).toMatchObject({ name: 'Platform', description: CLEAN });
      for (const name of [
        'Platform',
        'PLAT\u200BFORM',
        ' plat\u2060form ',
        'Platform\u{E0041}',
        'Platfor\u200Dm',
      ])
        expect((await api('post', '/auth/teams', { name })).status).toBe(409);
      expect((await api('post', '/auth/teams', { name: '\u200B\u2800' }).expect(400)).body.detail).toContain(
        'name: has no visible',
      );
      const found = await api('get', `/auth/teams?q=${encodeURIComponent('Pl\u00ADat')}`).expect(200);
      expect(found.body.teams).toMatchObject([{ name: 'Platform' }]);
      await api('patch', `/auth/teams/${made.body.id}`, { description: '\u200B' }).expect(200);
      expect((await api('get', `/auth/teams/${made.body.id}`)).body.description).toBeNull();
      const user = await entrance.addUser();
      const joined = await api('patch', `/auth/users/${user.id}`, { teams: ['Plat\u200Bform'] }).expect(200);
      expect(joined.body.teams).toEqual(['Platform']);
      await form('/admin/teams', { name: '\u202EBack\u009Bend', description: '' }).expect(303);
      expect((await api('get', '/auth/teams?q=backend')).body.teams).toMatchObject([{ name: 'Backend' }]);
    });

    test('names of tokens', async () => {
      const wanted = { scopes: ['users:read'], expires_in_days: 1 };
      expect((await api('post', '/auth/tokens', { ...wanted, name: ODD }).expect(201)).body.name).toBe(CLEAN);
      expect((await api('post', '/auth/tokens', { ...wanted, name: '\u3164' })).status).toBe(400);
      await form('/admin/tokens', { ...wanted, expires_in_days: 7, name: 'Rep\u200Borts' }).expect(303);
      expect((await admin.get('/admin/tokens')).text).toContain('<bdi>Reports</bdi>');
    });

    test('the reason of a rejection', async () => {
      const waiting = await entrance.addUser({ status: 'pending' });
      const { body } = await api('post', `/auth/users/${waiting.id}/reject`, { reason: ODD }).expect(200);
      expect(body.status).toBe('rejected');
      expect((await entrance.deps.directory.find(waiting.id))?.decision?.reason).toBe(CLEAN);
      const other = await entrance.addUser({ status: 'pending' });
      await form(`/admin/approvals/${other.id}/reject`, { reason: '\u200B\u202E' }).expect(303);
      expect((await entrance.deps.directory.find(other.id))?.decision?.reason).toBeNull();
    });

    test('a user agent is recorded without controls', async () => {
      const agent = 'Mozilla/5.0 \u009B31m\u00ADevil';
      const browser = request
        .agent(entrance.app)
        .set('User-Agent', agent)
        .set('Sec-Fetch-Site', 'same-origin');
      await browser
        .post('/admin/login')
        .type('form')
        .send({ email: LOCAL_ADMIN.email, password: LOCAL_ADMIN.password })
        .expect(303);
      const { body } = await api('get', '/auth/audit?action=user-sign-in&limit=1').expect(200);
      expect(body.events[0].user_agent.original).toBe('Mozilla/5.0 Â31mÂevil');
    });
  });

  describe('addresses', () => {
    const bad = 'uwe\u200B@contoso.com';
    const words = 'an invisible character (U+200B) at position 4';

    test('with a hidden character inside are refused, by its name, in all three ways', async () => {
      const { body } = await api('post', '/auth/users', { email: bad }).expect(400);
      expect(body.detail).toContain(`email: this holds ${words}`);
      expect(
        (await form('/admin/users/add', { email: bad, full_name: '', role: '' }).expect(400)).text,
      ).toContain(words);
      const plan = await importing(`email\n${bad}\n`, '?dry_run=true').expect(200);
      expect(plan.body.problems).toMatchObject([
        { line: 2, column: 'email', problem: expect.stringContaining(words) },
      ]);
      expect((await importing(`email\n${bad}\n`)).status).toBe(422);
      expect(await entrance.deps.directory.findByEmail(bad)).toBeUndefined();
    });

    test('lose it at their ends, so that the person claims the account', async () => {
      await importing('email,roles\n\u200Bbo@contoso.com\u00A0,developer\n').expect(200);
      const { browser } = await signInAs('Bo', 'bo@contoso.com');
      const { body } = await browser.get('/auth/me').set('Accept', 'application/json');
      expect(body.roles).toContainEqual({ name: 'developer', origin: 'manual' });
    });

    test('are found without it', async () => {
      await importing('email\nfound@contoso.com\n').expect(200);
      for (const q of ['fou\u200Bnd@', '\u202Efound@contoso.com', 'FOUND@contoso.com\uFEFF']) {
        const { body } = await api('get', `/auth/users?q=${encodeURIComponent(q)}`).expect(200);
        expect(body.users).toMatchObject([{ email: 'found@contoso.com' }]);
      }
      const { body } = await api(
        'get',
        `/auth/audit?user=${encodeURIComponent('\u200Bfound@contoso.com\u200B')}`,
      ).expect(200);
      expect(body.events.length).toBeGreaterThan(0);
      const team = await api('post', '/auth/teams', { name: 'Found' });
      await form(`/admin/teams/${team.body.id}/members`, { person: 'found@contoso.com\u200B' }).expect(303);
      expect((await admin.get(`/admin/teams/${team.body.id}`)).text).toContain(
        'found@contoso.com is in the team',
      );
      const members = `/admin/teams/${team.body.id}/members`;
      const hidden = await form(members, { person: 'fou\u200Bnd@contoso.com' }).expect(303);
      expect((await admin.get(String(hidden.headers.location))).text).toContain('(U+200B) at position 4');
    });

    test('of the local form and of a login hint lose it', async () => {
      const fields = {
        email: `\u200B${LOCAL_ADMIN.email.toUpperCase()}\uFEFF`,
        password: LOCAL_ADMIN.password,
      };
      await entrance.browser().post('/admin/login').type('form').send(fields).expect(303);
      const refused = await entrance
        .browser()
        .post('/admin/login')
        .type('form')
        .send({ ...fields, email: 'ro\u200Bot@contoso.com' });
      expect([refused.status, refused.text.includes('(U+200B) at position 3')]).toEqual([401, true]);
      const begun = await entrance
        .browser()
        .get(`/auth/sso/login/entra?login_hint=${encodeURIComponent(bad)}`)
        .expect(302);
      expect(new URL(String(begun.headers.location)).searchParams.get('login_hint')).toBe('uwe@contoso.com');
    });

    test('that look like another one, or mix alphabets, are warned of and not refused', async () => {
      await importing('email\nanna@contoso.com\n').expect(200);
      const csv = 'email\nаnna@contoso.com\nbоb@contoso.com\nbob@contoso.com\nfine@contoso.com\n';
      const { body } = await importing(csv, '?dry_run=true').expect(200);
      expect(body.problems).toEqual([]);
      expect(body.warnings).toEqual([
        { line: 2, column: 'email', problem: expect.stringContaining('looks like anna@contoso.com') },
        { line: 3, column: 'email', problem: expect.stringContaining('mixes Latin and Cyrillic letters') },
        { line: 4, column: 'email', problem: expect.stringContaining('looks like the address on line 3') },
      ]);
      const preview = await admin
        .post('/admin/users/import')
        .attach('file', Buffer.from(csv), 'people.csv')
        .expect(200);
      expect(preview.text).toContain('mixes Latin and Cyrillic letters');
      expect(preview.text).toContain('Add them');
      const added = await form('/admin/users/add', {
        email: 'аnna@contoso.com',
        full_name: '',
        role: '',
      }).expect(303);
      expect((await admin.get(String(added.headers.location))).text).toContain('looks like anna@contoso.com');
    });
  });
});
