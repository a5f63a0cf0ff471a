import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Agent as TestAgent } from 'supertest';
import request from 'supertest';
import { startTestEntrance, type TestEntrance } from '../support/entrance.js';

let entrance: TestEntrance;
let admin: TestAgent;
let token: string;
beforeAll(async () => {
  entrance = await startTestEntrance();
  admin = await entrance.signIn('admin');
  token = await entrance.token('*');
});
afterAll(() => entrance.close());

const csvOf = (name: string, count: number) =>
  `email,roles\n${Array.from({ length: count }, (_, index) => `${name}${index}@contoso.com,developer`).join('\n')}\n`;
const importing = (csv: string, query = '') =>
  request(entrance.app)
    .post(`/auth/users/import${query}`)
    .set('Authorization', `Bearer ${token}`)
    .type('text/csv')
    .send(csv);
const find = (email: string) => entrance.deps.directory.findByEmail(email);
const count = () => entrance.deps.directory.count();

/** What a server leaves that is killed in the middle of an import. */
async function importedInPart(name: string): Promise<void> {
  await importing(csvOf(name, 3)).expect(200);
  const changed = await find(`${name}0@contoso.com`);
  if (changed !== undefined) await entrance.deps.directory.update(changed, { fullName: 'Renamed since' });
}

test('by the API the same file is imported again, and leaves out who is there', async () => {
  await importedInPart('api');
  const before = await count();
  const refused = await importing(csvOf('api', 5)).expect(422);
  expect(refused.body.detail).toContain('skip who is there (?existing=skip)');
  expect(await count()).toBe(before);

  const preview = await importing(csvOf('api', 5), '?existing=skip&dry_run=true').expect(200);
  expect(preview.body).toMatchObject({ created: 0, skipped: 3, problem_count: 0 });
  expect(preview.body.rows).toHaveLength(2);
  expect(preview.body.warnings[0]).toMatchObject({
    line: 2,
    problem: expect.stringContaining('stays as it is'),
  });
  const done = await importing(csvOf('api', 5), '?existing=skip').expect(200);
  expect(done.body).toMatchObject({ created: 2, skipped: 3 });
  expect(await count()).toBe(before + 2);
  expect((await find('api0@contoso.com'))?.fullName).toBe('Renamed since');

  const again = await importing(csvOf('api', 5), '?existing=skip').expect(200);
  expect(again.body).toMatchObject({ created: 0, skipped: 5 });
  await importing(csvOf('api', 5), '?existing=maybe').expect(400);
});

test('in the console the preview says whom it leaves out, and adds the others', async () => {
  await importedInPart('page');
  const before = await count();
  const upload = () => admin.post('/admin/users/import').field('csv', csvOf('page', 5)).expect(200);
  const { text } = await upload();
  expect(text).toContain('Add 2 people, and leave out 3 who are there?');
  expect(text).toContain('“page0@contoso.com” is already there, and stays as it is');
  const action = /action="(\/admin\/users\/import\/confirm[^"]*)"/.exec(text)?.[1]?.replaceAll('&amp;', '&');
  await admin
    .post(String(action))
    .type('form')
    .send({ csv: csvOf('page', 5) })
    .expect(303);
  expect(await count()).toBe(before + 2);

  const all = (await upload()).text;
  expect(all).toContain('Everybody in this file is already there');
  expect(all).not.toContain('Add them');
});

test('whoever was shown that nobody is left out leaves nobody out: a form that is sent twice adds people once', async () => {
  const { text } = await admin.post('/admin/users/import').field('csv', csvOf('twice', 2)).expect(200);
  expect(text).toContain('Add 2 people?');
  const confirm = () =>
    admin
      .post('/admin/users/import/confirm')
      .type('form')
      .send({ csv: csvOf('twice', 2) });
  await confirm().expect(303);
  expect((await confirm().expect(422)).text).toContain('is already there');
});
