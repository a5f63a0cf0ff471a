import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Agent as TestAgent } from 'supertest';
import request from 'supertest';
import type { User } from '#entrance/directory/directory.js';
import { LOCAL_ADMIN, startTestEntrance, type TestEntrance } from '../support/entrance.js';

let entrance: TestEntrance;
let admin: TestAgent;
let viewer: TestAgent;
beforeAll(async () => {
  entrance = await startTestEntrance();
  admin = await entrance.signIn('admin');
  const oid = '11111111-2222-4333-8444-555555555555';
  const { email, fullName: name } = await entrance.addUser({
    providerId: oid,
    roles: [{ name: 'platform_viewer', origin: 'manual' }],
  });
  entrance.microsoft.addPersona({ id: 'viewer', name, story: '', oid, username: email, email });
  viewer = await entrance.signIn('viewer');
});
afterAll(() => entrance.close());

const post = (path: string, form: Record<string, string | string[]> = {}, by = admin) =>
  by.post(path).type('form').send(form);
const page = async (path: string, by = admin) => (await by.get(path).expect(200)).text;
const find = async ({ id }: User) => entrance.deps.directory.find(id);

async function createTeam(name: string): Promise<string> {
  await post('/admin/teams', { name, description: '' }).expect(303);
  const ids = await entrance.deps.teams.findIds([name]);
  return ids.get(name.toLowerCase()) ?? '';
}

describe('the pages of teams', () => {
  test('create, rename and delete one, each with a word about what was done', async () => {
    const id = await createTeam('Platform');
    const list = await page('/admin/teams');
    expect(list).toContain('The team Platform is there.');
    expect(list).toContain(`href="/admin/teams/${id}"`);
    await post(`/admin/teams/${id}`, { name: 'Core', description: 'Runs it' }).expect(303);
    const shown = await page(`/admin/teams/${id}`);
    expect(shown).toContain('<h1><bdi>Core</bdi></h1>');
    expect(shown).toContain('Runs it');
    expect(await page(`/admin/teams/${id}/delete`)).toContain('Delete the team Core?');
    await post(`/admin/teams/${id}/delete`, { typed: 'cor' }).expect(400);
    await post(`/admin/teams/${id}/delete`, { typed: ' core' }).expect(303);
    expect(await page('/admin/teams')).toContain('The team Core is deleted.');
    await admin.get(`/admin/teams/${id}`).expect(404);
  });

  test('say why something wasn’t done, where it was asked for', async () => {
    await createTeam('Taken');
    await post('/admin/teams', { name: 'taken', description: '' }).expect(303);
    const list = await page('/admin/teams');
    expect(list).toContain('There is a team of that name already');
    expect(list).toContain('role="alert"');
    await post('/admin/teams', { name: ' ' }).expect(303);
    expect(await page('/admin/teams')).toContain('name: ');
  });

  test('add and remove people by hand; who is there by single sign-on stays', async () => {
    const id = await createTeam('Members');
    const user = await entrance.addUser({ fullName: 'Grace Hopper' });
    const mapped = await entrance.addUser({
      fullName: 'Alan Turing',
      teams: [
        {
          name: id,
          origin: 'sso',
          sources: [{ kind: 'group', value: 'g' }],
          confirmedAt: '2026-01-01T00:00:00.000Z',
        },
      ],
    });
    await post(`/admin/teams/${id}/members`, { person: user.email.toUpperCase() }).expect(303);
    await post(`/admin/teams/${id}/members`, { person: mapped.email }).expect(303);
    const shown = await page(`/admin/teams/${id}`);
    expect(shown).toContain('2 people');
    expect(shown).toContain('also from <bdi>Microsoft</bdi>');
    await post(`/admin/teams/${id}/members/remove`, { user: user.id }).expect(303);
    expect(await page(`/admin/teams/${id}`)).toContain('Grace Hopper has left the team.');
    await post(`/admin/teams/${id}/members/remove`, { user: mapped.id }).expect(303);
    expect(await page(`/admin/teams/${id}`)).toContain('Alan Turing stays in the team by single sign-on.');
    const unknown = await post(`/admin/teams/${id}/members`, { person: 'nobody@contoso.com' }).expect(303);
    expect(await page(String(unknown.headers.location))).toContain('Nobody here has that email address.');
  });

  test('show many people in pages', async () => {
    const id = await createTeam('Many');
    for (let index = 10; index < 40; index += 1)
      await entrance.addUser({ fullName: `Person ${index}`, teams: [{ name: id, origin: 'manual' }] });
    const first = await page(`/admin/teams/${id}`);
    expect(first).toContain('30 people');
    expect(first).not.toContain('Person 39');
    const older = /href="([^"]*cursor=[^"]*)" rel="next"/.exec(first)?.[1] ?? '';
    expect(await page(older)).toContain('Person 39');
  });
});

describe('a user’s page', () => {
  test('gives and takes back roles, after a question, and puts into teams', async () => {
    const team = await createTeam('From the page');
    const user = await entrance.addUser({ fullName: 'Grace Hopper' });
    const path = `/admin/users/${user.id}`;
    await post(`${path}/roles`, { role: 'developer', confirmed: 'yes' }).expect(303);
    const shown = await page(path);
    expect(shown).toContain('Grace Hopper has the role developer now');
    expect(shown).toContain(`action="${path}/roles/take"`);
    expect(await page(`${path}/roles/take?role=developer`)).toContain('Take developer from Grace Hopper?');
    await post(`${path}/roles/take`, { role: 'developer' }).expect(303);
    expect((await find(user))?.roles).toEqual([]);
    await post(`${path}/roles`, { role: 'a,b' }).expect(303);
    expect(await page(path)).toContain('no blanks, quotation marks, brackets, commas');

    await post(`${path}/teams`, { team }).expect(303);
    expect(await page(path)).toContain(`href="/admin/teams/${team}"`);
    await post(`${path}/teams/leave`, { team }).expect(303);
    expect((await find(user))?.teams).toEqual([]);
    await post(`${path}/teams`, { team: 'nothing' }).expect(303);
    expect(await page(path)).toContain('There is no team with this ID.');
  });

  test('deletes an account after a question that names what follows', async () => {
    const user = await entrance.addUser({ fullName: 'Edsger Dijkstra' });
    const path = `/admin/users/${user.id}`;
    expect(await page(path)).toContain(`${path}/delete`);
    expect(await page(`${path}/delete`)).toContain('Delete Edsger Dijkstra?');
    await post(`${path}/delete`).expect(400);
    expect(await find(user)).toBeDefined();
    const gone = await post(`${path}/delete`, { typed: 'Edsger Dijkstra' }).expect(303);
    expect(gone.headers.location).toBe('/admin/users');
    expect(await page('/admin/users')).toContain('The account of Edsger Dijkstra is deleted.');
    expect(await find(user)).toBeUndefined();
  });

  test('lets nobody delete or demote themselves, or the last who can sign in', async () => {
    const { body: me } = await admin.get('/auth/me').set('Accept', 'application/json');
    const path = `/admin/users/${me.id}`;
    const shown = await page(path);
    expect(shown).toContain('This is your own account');
    expect(shown).not.toContain(`${path}/delete`);
    await admin.get(`${path}/delete`).expect(409);
    await post(`${path}/delete`).expect(409);
    await post(`${path}/roles`, { role: 'platform_admin', confirmed: 'yes' }).expect(303);
    await post(`${path}/roles/take`, { role: 'platform_admin' }).expect(303);
    expect(await page(path)).toContain('This is your own account');
    expect(await page(path)).not.toContain(`${path}/roles/take`);

    const root = await entrance.deps.directory.findByEmail(LOCAL_ADMIN.email);
    expect(await page(`/admin/users/${root?.id}`)).toContain(`/admin/users/${root?.id}/delete`);
  });
});

describe('the page of API tokens', () => {
  test('shows a new secret once, gives another one, and revokes', async () => {
    const made = await post('/admin/tokens', {
      name: 'reporting',
      scopes: 'users:read',
      expires_in_days: '30',
    }).expect(303);
    const secretIn = (html: string) => /value="(entrance_[\w-]+)"/.exec(html)?.[1] ?? '';
    const shown = await admin.get(String(made.headers.location)).expect(200);
    const secret = secretIn(shown.text);
    const ask = (bearer: string) =>
      request(entrance.app).get('/auth/users').set('Authorization', `Bearer ${bearer}`);
    await ask(secret).expect(200);
    expect(shown.headers['cache-control']).toBe('no-store');
    const list = await page('/admin/tokens');
    expect(list).toContain('Read users and teams');
    expect(list).not.toContain(secret);

    const [record] = await entrance.deps.tokens.list();
    const path = `/admin/tokens/${record?.id}`;
    expect(await page(`${path}/rotate`)).toContain('is refused at once');
    await post(`${path}/rotate`).expect(303);
    const rotated = await admin.get(`${path}/secret`).expect(200);
    await ask(secret).expect(401);
    await ask(secretIn(rotated.text)).expect(200);
    expect(await page(`${path}/revoke`)).toContain('Revoke “reporting”?');
    await post(`${path}/revoke`).expect(303);
    await ask(secretIn(rotated.text)).expect(401);
    expect(await page('/admin/tokens')).toContain('The API token “reporting” is revoked.');
    await admin.get(`${path}/revoke`).expect(404);
  });

  test('takes several scopes, at least one, and a lifetime that it offers', async () => {
    const form = { name: 'several', scopes: ['users:read', 'audit:read'], expires_in_days: '7' };
    await post('/admin/tokens', form).expect(303);
    const [record] = await entrance.deps.tokens.list();
    expect(record).toMatchObject({ name: 'several', scopes: ['users:read', 'audit:read'] });
    const { scopes: _, ...withoutScopes } = form;
    expect((await post('/admin/tokens', withoutScopes).expect(400)).text).toContain('scopes');
    await post('/admin/tokens', { ...form, scopes: 'root' }).expect(400);
    await post('/admin/tokens', { ...form, expires_in_days: '4000' }).expect(400);
  });
});

test('a viewer looks at teams, and changes nothing', async () => {
  const id = await createTeam('Looked at');
  const user = await entrance.addUser();
  expect(await page('/admin/teams', viewer)).not.toContain('Create team');
  await post(`/admin/teams/${id}/members`, { person: user.email }).expect(303);
  const looked = await page(`/admin/teams/${id}`, viewer);
  expect(looked).toContain(user.email);
  expect(looked).not.toMatch(/Delete team|Remove|From Microsoft/);
  expect(await page(`/admin/users/${user.id}`, viewer)).not.toContain('Give role');
  expect(await page('/admin/teams', viewer)).not.toContain('/admin/tokens');
  await viewer.get('/admin/tokens').expect(403);
  const forms = [
    '/admin/teams',
    `/admin/teams/${id}`,
    `/admin/teams/${id}/members`,
    `/admin/teams/${id}/members/remove`,
    `/admin/teams/${id}/delete`,
    `/admin/users/${user.id}/roles`,
    `/admin/users/${user.id}/roles/take`,
    `/admin/users/${user.id}/teams`,
    `/admin/users/${user.id}/teams/leave`,
    `/admin/users/${user.id}/delete`,
    '/admin/tokens',
    '/admin/tokens/x/rotate',
    '/admin/tokens/x/revoke',
  ];
  for (const path of forms) {
    await post(path, {}, viewer).expect(403);
    await post(path).set('Sec-Fetch-Site', 'cross-site').expect(403);
  }
});
