import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Agent as TestAgent } from 'supertest';
import { startTestEntrance, type TestEntrance } from '../support/entrance.js';

let entrance: TestEntrance;
let admin: TestAgent;

beforeAll(async () => {
  entrance = await startTestEntrance({
    settings: { SSO_ENTRA_ROLE_MAPPINGS: '{"gateway.audit":"auditor"}' },
  });
  admin = await entrance.signIn('admin');
  await entrance.addUser({ roles: [{ name: 'release-manager', origin: 'manual' }] });
});
afterAll(() => entrance.close());

const rolesOf = async (id: string) => (await entrance.deps.directory.find(id))?.roles.map(({ name }) => name);
const give = (id: string, form: object) => admin.post(`/admin/users/${id}/roles`).type('form').send(form);

test('the known roles are offered: those of the console, then of mappings, then those that people have', async () => {
  const { id } = await entrance.addUser();
  const { text } = await admin.get(`/admin/users/${id}`).expect(200);
  const offered = [...text.matchAll(/<option dir="auto" value="([^"]+)"/g)].map(([, value]) => value);
  expect(offered).toEqual(['platform_admin', 'platform_viewer', 'auditor', 'release-manager']);
});

describe('a role is given at once', () => {
  test.each(['platform_viewer', 'auditor', 'release-manager'])('if it is known: %s', async (role) => {
    const { id } = await entrance.addUser();
    const { headers } = await give(id, { role }).expect(303);
    expect(headers.location).toBe(`/admin/users/${id}`);
    expect(await rolesOf(id)).toEqual([role]);
  });
});

describe('a question comes before', () => {
  test.each([
    ['Administrator', 'Do you mean Administrator (platform_admin)?'],
    ['administrater', 'Do you mean Administrator (platform_admin)?'],
    ['platfrom_admin', 'Do you mean Administrator (platform_admin)?'],
    ['viewer', 'Do you mean Viewer (platform_viewer)?'],
    ['Auditors', 'Do you mean auditor?'],
    ['relase-manager', 'Do you mean release-manager?'],
    ['on-call', 'Nobody has this role, and no setting gives it.</p>'],
  ])('a role that nobody has: %s', async (role, said) => {
    const { id } = await entrance.addUser();
    const { headers } = await give(id, { role }).expect(303);
    expect(await rolesOf(id)).toEqual([]);
    const { text } = await admin.get(String(headers.location)).expect(200);
    expect(text).toContain(said);
    await give(id, { role, confirmed: 'yes' }).expect(303);
    expect(await rolesOf(id)).toEqual([role]);
    // The person who has the role makes it known.
    await entrance.deps.directory.delete(
      (await entrance.deps.directory.find(id)) ?? (await entrance.addUser()),
    );
  });

  test('the role that is probably meant keeps the last day', async () => {
    const { id } = await entrance.addUser();
    const { headers } = await give(id, { role: 'viewr', until: '2099-12-31' }).expect(303);
    const { text } = await admin.get(String(headers.location)).expect(200);
    const [, instead = ''] = /href="([^"]+)">Give Viewer instead/.exec(text) ?? [];
    const meant = await admin.get(instead.replaceAll('&amp;', '&')).expect(200);
    expect(meant.text).toContain('name="until" value="2099-12-31"');
  });

  test('the role that may do everything', async () => {
    const { id } = await entrance.addUser({ fullName: 'Grace Hopper' });
    const { headers } = await give(id, { role: 'platform_admin' }).expect(303);
    expect(await rolesOf(id)).toEqual([]);
    const { text } = await admin.get(String(headers.location)).expect(200);
    expect(text).toContain('Make Grace Hopper an administrator?');
    await give(id, { role: 'platform_admin', confirmed: 'yes' }).expect(303);
    expect(await rolesOf(id)).toEqual(['platform_admin']);
  });
});

describe('a person who is added', () => {
  const add = (form: object) =>
    admin
      .post('/admin/users/add')
      .type('form')
      .send({ email: 'new@contoso.com', full_name: 'New', ...form });

  test.each([
    [{ role: 'platform_admin' }, 'Make New an administrator?'],
    [{ role: '', other_role: 'Administrator' }, 'Do you mean Administrator (platform_admin)?'],
  ])('gets such a role after a question: %j', async (form, said) => {
    const { text } = await add(form).expect(200);
    expect(text).toContain(said);
    expect(await entrance.deps.directory.findByEmail('new@contoso.com')).toBeUndefined();
  });

  test('gets a known role at once', async () => {
    await add({ role: 'auditor' }).expect(303);
    const user = await entrance.deps.directory.findByEmail('new@contoso.com');
    expect(user?.roles).toEqual([{ name: 'auditor', origin: 'manual' }]);
  });
});
