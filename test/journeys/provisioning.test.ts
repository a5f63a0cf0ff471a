import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { uuidv7 } from '#entrance/identity/uuid.js';
import type { Persona } from '../../demo/personas.js';
import { type SimulatedMicrosoft, startSimulatedMicrosoft } from '../../demo/simulator/simulator.js';
import {
  LOCAL_ADMIN,
  REDIRECT_URI,
  startTestEntrance,
  storeKinds,
  type TestEntrance,
} from '../support/entrance.js';

const grace: Persona = {
  id: 'grace',
  name: 'Grace Brewster Hopper',
  story: '',
  oid: '0e7a0c11-0000-4000-8000-00000000b0b0',
  username: 'grace@contoso.com',
  email: 'grace@contoso.com',
};

let microsoft: SimulatedMicrosoft;
beforeAll(async () => {
  microsoft = await startSimulatedMicrosoft({ redirectUris: [REDIRECT_URI] });
  microsoft.addPersona(grace);
});
afterAll(() => microsoft.close());

describe.each(storeKinds)('adding people ahead, on %s', (store) => {
  let entrance: TestEntrance;
  let token: string;
  beforeEach(async () => {
    entrance = await startTestEntrance({ store, microsoft, settings: { SSO_AUTO_CREATE_USERS: 'false' } });
    token = await entrance.token('*');
  });
  afterEach(() => entrance.close());

  const post = (path: string, body: object | string, type = 'application/json', as = token) =>
    request(entrance.app).post(path).set('Authorization', `Bearer ${as}`).type(type).send(body);
  const importing = (csv: string, query = '', as = token) =>
    post(`/auth/users/import${query}`, csv, 'text/csv', as);
  const count = () => entrance.deps.directory.count();

  async function callback(persona = 'grace'): Promise<string> {
    const browser = entrance.browser();
    const back = await browser.get(await entrance.callbackFor(browser, persona)).expect(303);
    return String(back.headers.location);
  }

  async function addTeam(name: string) {
    const createdAt = new Date().toISOString();
    await entrance.deps.teams.create(
      { id: uuidv7(Date.now()), name, description: null, origin: 'manual', createdAt },
      [],
    );
  }

  describe('one by one', () => {
    test('somebody is added, and claims the account with their first sign-in', async () => {
      expect(await callback()).toBe('/admin/login?error=not_provisioned');
      await addTeam('Compilers');
      const made = await post('/auth/users', {
        email: ' Grace@CONTOSO.com',
        full_name: 'Grace Hopper',
        roles: ['platform_viewer', 'developer', 'developer'],
        teams: ['compilers'],
      }).expect(201);
      expect(made.headers.location).toBe(`/auth/users/${made.body.id}`);
      expect(made.headers.etag).toMatch(/^"1-/);
      expect(made.body).toMatchObject({
        email: 'Grace@contoso.com',
        full_name: 'Grace Hopper',
        provider: 'entra',
        provider_id: null,
        status: 'active',
        roles: [
          { name: 'platform_viewer', origin: 'manual' },
          { name: 'developer', origin: 'manual' },
        ],
        teams: ['Compilers'],
        last_login_at: null,
      });
      expect(await callback()).toBe('/admin');
      expect(await entrance.deps.directory.find(made.body.id)).toMatchObject({
        fullName: 'Grace Brewster Hopper',
        providerId: grace.oid,
        roles: [{ name: 'platform_viewer' }, { name: 'developer' }],
      });
      const { events } = await entrance.deps.audit.list({ action: 'user-provision', limit: 10 });
      expect(events).toMatchObject([{ entrance: { roles: { added: ['platform_viewer', 'developer'] } } }]);
    });

    test('an unverified address claims nothing', async () => {
      await entrance.close();
      entrance = await startTestEntrance({ store, microsoft, settings: { SSO_TRUSTED_DOMAINS: '' } });
      await entrance.addUser({ email: 'guest@elsewhere.example', providerId: null, providerScope: null });
      microsoft.addPersona({
        ...grace,
        id: 'a-guest',
        oid: `${grace.oid.slice(0, -1)}7`,
        username: 'guest_elsewhere.example#EXT#@contoso.onmicrosoft.com',
        email: 'guest@elsewhere.example',
      });
      expect(await callback('a-guest')).toBe('/admin/login?error=account_conflict');
    });

    test('an address that is taken, or could never sign in, is refused', async () => {
      const taken = await post('/auth/users', { email: LOCAL_ADMIN.email.toUpperCase() });
      expect([taken.status, taken.body.code]).toEqual([409, 'email_taken']);
      const stranger = await post('/auth/users', { email: 'a@nowhere.example' });
      expect([stranger.status, stranger.body.detail]).toEqual([
        400,
        expect.stringContaining('SSO_TRUSTED_DOMAINS'),
      ]);
      expect((await post('/auth/users', { email: 'nobody' })).status).toBe(400);
      expect((await post('/auth/users', { email: 'a@contoso.com', teams: ['None'] })).status).toBe(400);
      expect((await post('/auth/users', { email: 'a@contoso.com', status: 'active' })).status).toBe(400);
      expect(await count()).toBe(1);
    });

    test('who waits is named as such; whose request has lapsed makes room', async () => {
      await entrance.addUser({ email: 'grace@contoso.com', providerId: grace.oid, status: 'pending' });
      const waiting = await post('/auth/users', { email: 'grace@contoso.com' });
      expect([waiting.status, waiting.body.detail]).toEqual([409, expect.stringContaining('approve')]);
      entrance.pass(30 * 86_400_000);
      token = await entrance.token('*');
      await post('/auth/users', { email: 'grace@contoso.com' }).expect(201);
    });

    test('nobody gives by it what they don’t hold themselves', async () => {
      const writer = await entrance.token('users:write');
      const body = { email: 'a@contoso.com', roles: ['platform_admin'] };
      expect((await post('/auth/users', body, 'application/json', writer)).status).toBe(403);
      const csv = 'email,roles\na@contoso.com,platform_admin\n';
      const { status, body: refused } = await importing(csv, '', writer);
      expect([status, refused.detail]).toEqual([422, expect.stringContaining('may do more than you')]);
      expect(await count()).toBe(1);
    });
  });

  describe('by a file', () => {
    test.each([
      [
        'commas and LF',
        'email,full_name,roles,teams\ngrace@contoso.com,"Hopper, Grace",developer;reader,Compilers\n',
      ],
      [
        'semicolons, CRLF and a byte order mark',
        '\uFEFFE-mail;Teams;Roles;Full name\r\n'.replace('E-mail', 'Email') +
          'grace@contoso.com;Compilers;developer|reader;Hopper, Grace\r\n',
      ],
      [
        'tabs, blank lines and quotes',
        '\nEMAIL\tFull Name\tRoles\tTeams\n\n"grace@contoso.com"\t"Hopper, Grace"\t"developer; reader"\tcompilers\n\t\t\t\n',
      ],
    ])('a file with %s is imported', async (_kind, csv) => {
      await addTeam('Compilers');
      const { body } = await importing(csv).expect(200);
      expect(body).toMatchObject({ created: 1, problems: [] });
      const token2 = await entrance.token('users:read');
      const { body: found } = await request(entrance.app)
        .get('/auth/users?q=grace')
        .set('Authorization', `Bearer ${token2}`);
      expect(found.users).toMatchObject([
        {
          email: 'grace@contoso.com',
          full_name: 'Hopper, Grace',
          roles: [{ name: 'developer' }, { name: 'reader' }],
          teams: ['Compilers'],
        },
      ]);
      expect(await callback()).toBe('/admin');
    });

    test('a preview names each bad row and what to do, and changes nothing', async () => {
      const csv = [
        'email,full_name,roles,teams',
        'fine@contoso.com,Fine,,',
        ',No Address,,',
        'not an address,,,',
        'far@nowhere.example,,,',
        `${LOCAL_ADMIN.email},,,`,
        'FINE@contoso.com,,,',
        'roles@contoso.com,,"a,b",',
        'teams@contoso.com,,,Unknown',
        `long@contoso.com,${'x'.repeat(201)},,`,
        'more@contoso.com,,,,surplus',
      ].join('\n');
      const { body } = await importing(csv, '?dry_run=true').expect(200);
      expect(body.created).toBe(0);
      expect(body.rows).toHaveLength(10);
      expect(body.problems).toEqual([
        { line: 3, column: 'email', problem: 'is missing' },
        { line: 4, column: 'email', problem: expect.stringContaining('isn’t an email address') },
        { line: 5, column: 'email', problem: expect.stringContaining('trusted domain') },
        { line: 6, column: 'email', problem: expect.stringContaining('already there') },
        { line: 7, column: 'email', problem: expect.stringContaining('stands on line 2 already') },
        { line: 8, column: 'roles', problem: expect.stringContaining('isn’t a role') },
        { line: 9, column: 'teams', problem: expect.stringContaining('create it first') },
        { line: 10, column: 'full_name', problem: expect.stringContaining('longer') },
        { line: 11, column: null, problem: expect.stringContaining('more cells') },
      ]);
      const { status, body: refused } = await importing(csv);
      expect([status, refused.code]).toEqual([422, 'import_invalid']);
      expect(refused.detail).toContain('line 3 email: is missing');
      expect(refused.detail).toContain('and 4 more');
      expect(await count()).toBe(1);
    });

    test.each([
      ['', 'names nobody'],
      ['email,full_name\n', 'names nobody'],
      ['name,phone\nx,y\n', 'no column “email”'],
      ['email,email\na@contoso.com,b@contoso.com\n', 'twice'],
      ['email\n"a@contoso.com\n', 'quotation mark'],
      ['email\na"b@contoso.com\n', 'quotation mark'],
      [`email\n${'a@contoso.com\n'.repeat(5_001)}`, 'more than 5,000 rows'],
      ['email,full_name\na@contoso.com,J\uFFFDrg\n', 'UTF-8'],
    ])('a file that can’t be read says why (%#)', async (csv, words) => {
      const { body } = await importing(csv, '?dry_run=true').expect(200);
      expect(body.problems.map(({ problem }: { problem: string }) => problem).join()).toContain(words);
    });

    test('what isn’t CSV, is too large or asks for something else is refused', async () => {
      expect((await post('/auth/users/import', {})).status).toBe(400);
      expect((await importing('x'.repeat(1_100_000))).status).toBe(413);
      expect((await importing('email\na@contoso.com\n', '?dry_run=maybe')).status).toBe(400);
    });

    test('an address is the same however its domain is written', async () => {
      await entrance.close();
      entrance = await startTestEntrance({ store, microsoft, settings: { SSO_TRUSTED_DOMAINS: '' } });
      token = await entrance.token('*');
      const csv = 'email\njo@bücher.example\nJO@XN--BCHER-KVA.example\n';
      const { body } = await importing(csv, '?dry_run=true').expect(200);
      expect(body.problems).toMatchObject([{ line: 3, problem: expect.stringContaining('line 2 already') }]);
      await importing('email\njo@bücher.example\n').expect(200);
      const again = await importing('email\njo@BÜCHER.example\n', '?dry_run=true').expect(200);
      expect(again.body.problems).toMatchObject([
        { line: 2, problem: expect.stringContaining('already there') },
      ]);
    });

    test('the same file again finds everybody already there', async () => {
      const csv = 'email\na@contoso.com\nb@contoso.com\n';
      await importing(csv).expect(200);
      const { body } = await importing(csv, '?dry_run=true').expect(200);
      expect(body.problems).toHaveLength(2);
      expect(await count()).toBe(3);
    });
  });

  describe('by a file of many', () => {
    test('where an address is taken meanwhile, everybody is taken back but who has signed in', async () => {
      const people = Array.from({ length: 120 }, (_, index) => `p${index}@contoso.com`);
      const { directory } = entrance.deps;
      const create = directory.create.bind(directory);
      let made = 0;
      const interfering = async (...args: Parameters<typeof create>) => {
        made += 1;
        if (made === 70) {
          await entrance.addUser({ email: 'p110@contoso.com' });
          const first = await directory.findByEmail('p0@contoso.com');
          if (first)
            await directory.update(first, { providerId: 'oid-p0', providerScope: microsoft.tenantId });
        }
        return create(...args);
      };
      directory.create = interfering;
      // addUser goes the same way.
      const { status, body } = await importing(`email\n${people.join('\n')}\n`);
      directory.create = create;
      expect([status, body.code]).toEqual([409, 'import_undone']);
      expect(body.detail).toContain('1 of them');
      expect(await count()).toBe(3);
    });

    test('two imports of the same people at once leave each person once, from one of them or none', async () => {
      const csv = `email\n${Array.from({ length: 60 }, (_, index) => `p${index}@contoso.com`).join('\n')}\n`;
      const answers = await Promise.all([importing(csv), importing(csv)]);
      expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
      const added = (await count()) - 1;
      expect([0, 60]).toContain(added);
    });

    test('a thousand people are imported at once', async () => {
      const rows = Array.from(
        { length: 1_000 },
        (_, index) => `p${index}@contoso.com,Person ${index},developer`,
      );
      const { body } = await importing(`email,full_name,roles\n${rows.join('\n')}\n`).expect(200);
      expect(body.created).toBe(1_000);
      expect(await count()).toBe(1_001);
    }, 120_000);
  });

  describe('and taking the identity away again', () => {
    test('unlinking makes an account one that is claimed anew', async () => {
      const user = await entrance.addUser({
        email: 'grace@contoso.com',
        providerId: 'somebody-else',
        lastLoginAt: new Date().toISOString(),
        roles: [
          { name: 'developer', origin: 'manual' },
          {
            name: 'platform_viewer',
            origin: 'sso',
            sources: [{ kind: 'app_role', value: 'x' }],
            confirmedAt: new Date().toISOString(),
          },
        ],
      });
      expect(await callback()).toBe('/admin/login?error=account_conflict');
      const unlink = () =>
        request(entrance.app)
          .delete(`/auth/users/${user.id}/identity`)
          .set('Authorization', `Bearer ${token}`);
      const { body } = await unlink().expect(200);
      expect(body).toMatchObject({
        provider: 'entra',
        provider_id: null,
        tenant_id: null,
        last_login_at: null,
        roles: [{ name: 'developer' }],
      });
      const stale = await unlink().set('If-Match', '"1-x"');
      expect(stale.status).toBe(412);
      await unlink().expect(200);
      const { events } = await entrance.deps.audit.list({ action: 'user-unlink', limit: 10 });
      expect(events).toHaveLength(1);
      expect(await callback()).toBe('/admin');
      expect((await entrance.deps.directory.find(user.id))?.providerId).toBe(grace.oid);
    });

    test('unlinking ends the sessions, and leaves a local account and the last administrator as they are', async () => {
      await entrance.addUser({ email: 'grace@contoso.com', providerId: null, providerScope: null });
      const browser = await entrance.signIn('grace');
      const me = await entrance.deps.directory.findByEmail('grace@contoso.com');
      await browser.get('/auth/me').set('Accept', 'application/json').expect(200);
      const unlink = (id = '') =>
        request(entrance.app).delete(`/auth/users/${id}/identity`).set('Authorization', `Bearer ${token}`);
      await unlink(me?.id).expect(200);
      await browser.get('/auth/me').set('Accept', 'application/json').expect(401);
      const root = await entrance.deps.directory.findByEmail(LOCAL_ADMIN.email);
      expect((await unlink(root?.id).expect(200)).body).toMatchObject({ provider: 'local' });
      await entrance.close();
      entrance = await startTestEntrance({
        store,
        microsoft,
        settings: { SSO_PRESERVE_ADMIN_AUTH: 'false' },
      });
      token = await entrance.token('*');
      await entrance.signIn('admin');
      const admin = await entrance.deps.directory.findByEmail('amara.okafor@contoso.com');
      const refused = await unlink(admin?.id);
      expect([refused.status, refused.body.code]).toEqual([409, 'last_admin']);
    });
  });
});
