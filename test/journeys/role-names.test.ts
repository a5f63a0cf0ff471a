import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Agent as TestAgent } from 'supertest';
import request from 'supertest';
import { startTestEntrance, type TestEntrance } from '../support/entrance.js';

let entrance: TestEntrance;
let token: string;
let admin: TestAgent;
beforeAll(async () => {
  entrance = await startTestEntrance();
  token = await entrance.token('*');
  admin = await entrance.signIn('admin');
});
afterAll(() => entrance.close());

const api = (
  method: 'get' | 'post' | 'patch',
  path: string,
  body?: object | string,
  type = 'application/json',
) =>
  request(entrance.app)
    [method](path)
    .set({ Authorization: `Bearer ${token}`, 'Content-Type': type })
    .send(body);
const rolesOf = async (id: string) => (await entrance.deps.directory.find(id))?.roles.map(({ name }) => name);

/** Names of people who mean a built-in role, or paste more than its name. */
const disguised = [
  'PLATFORM_ADMIN',
  'Platform_Viewer',
  'platform-admin',
  'platform admin',
  'platform_admin\u200b',
  '\u2060platform_viewer',
  'ｐlatform_admin',
  'plаtform_admin',
];
const misshapen = ['"developer"', 'two words', '{developer}', 'developer#x', 'a\u202eb', 'a\u009bb'];

describe('a role that reads like a built-in one, or isn’t the name of a role', () => {
  test.each([...disguised, ...misshapen])('isn’t given through the API: %j', async (role) => {
    const { id } = await entrance.addUser();
    const changed = await api('patch', `/auth/users/${id}`, { roles: ['developer', role] }).expect(400);
    expect(changed.body.detail).toMatch(/^roles: “/);
    expect(changed.body.detail).not.toMatch(/\p{Cf}|\p{Cc}/u);
    expect(await rolesOf(id)).toEqual([]);
    await api('post', '/auth/users', { email: 'new@contoso.com', roles: [role] }).expect(400);
    expect(await entrance.deps.directory.findByEmail('new@contoso.com')).toBeUndefined();
  });

  test.each(disguised)('isn’t given by a CSV file: %j', async (role) => {
    const csv = `email,roles\nnew@contoso.com,"${role}"\n`;
    const refused = await api('post', '/auth/users/import', csv, 'text/csv');
    expect(refused.status).toBe(422);
    expect(JSON.stringify(refused.body)).toMatch(/did you mean platform_|another alphabet/);
    const shown = await admin
      .post('/admin/users/import')
      .attach('file', Buffer.from(csv), 'people.csv')
      .expect(422);
    expect(shown.text).toMatch(/did you mean platform_|another alphabet/);
  });

  test.each([...disguised, ...misshapen])('isn’t given in the console: %j', async (role) => {
    const { id } = await entrance.addUser();
    const given = await admin.post(`/admin/users/${id}/roles`).type('form').send({ role }).expect(303);
    expect((await admin.get(given.headers.location ?? '')).text).toContain('isn’t');
    expect(await rolesOf(id)).toEqual([]);
    const added = { email: 'new@contoso.com', full_name: 'New', role };
    const form = await admin.post('/admin/users/add').type('form').send(added).expect(400);
    expect(form.text).toMatch(/isn’t (?:a|the) role/);
  });
});

describe('a role that an earlier version admitted', () => {
  const old = ['Platform_Viewer', 'two words', '"quoted"', 'platform_admin\u200b'];
  const holder = () => entrance.addUser({ roles: old.map((name) => ({ name, origin: 'manual' as const })) });

  test('stays with who holds it while another is given through the API', async () => {
    const { id } = await holder();
    await api('patch', `/auth/users/${id}`, { roles: [...old, 'developer'] }).expect(200);
    expect(await rolesOf(id)).toEqual([...old, 'developer']);
  });

  test('can be taken through the API, and isn’t given again', async () => {
    const { id } = await holder();
    await api('patch', `/auth/users/${id}`, { roles: [] }).expect(200);
    expect(await rolesOf(id)).toEqual([]);
    await api('patch', `/auth/users/${id}`, { roles: ['two words'] }).expect(400);
  });

  test.each(old)('can be taken in the console: %j', async (role) => {
    const { id } = await holder();
    await admin.get(`/admin/users/${id}/roles/take`).query({ role }).expect(200);
    await admin.post(`/admin/users/${id}/roles/take`).type('form').send({ role }).expect(303);
    expect(await rolesOf(id)).toEqual(old.filter((name) => name !== role));
  });
});

test('the log of a page that isn’t opened says what makes the first administrator', async () => {
  const visitor = await entrance.signIn('no-role');
  const { text } = await visitor.get('/admin/users').expect(403);
  const line = entrance.logged.map((one) => JSON.parse(one)).find(({ code }) => code === 'no_access');
  expect(line).toMatchObject({
    requestId: expect.any(String),
    cause: { expected: expect.arrayContaining(['platform_admin']), received: [] },
    remedy: expect.stringContaining('SSO_ENTRA_ADMIN_GROUPS=‹Object ID of a group›'),
  });
  expect(text).toContain(line.requestId);
});
