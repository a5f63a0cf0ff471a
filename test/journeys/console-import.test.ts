import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Agent as TestAgent } from 'supertest';
import { type SimulatedMicrosoft, startSimulatedMicrosoft } from '../../demo/simulator/simulator.js';
import { REDIRECT_URI, startTestEntrance, type TestEntrance } from '../support/entrance.js';

let microsoft: SimulatedMicrosoft;
let entrance: TestEntrance;
let admin: TestAgent;
beforeAll(async () => {
  microsoft = await startSimulatedMicrosoft({ redirectUris: [REDIRECT_URI] });
});
afterAll(() => microsoft.close());
beforeEach(async () => {
  entrance = await startTestEntrance({ microsoft });
  admin = await entrance.signIn('admin');
});
afterEach(() => entrance.close());

const find = (email: string) => entrance.deps.directory.findByEmail(email);

describe('adding one person', () => {
  const add = (form: object) => admin.post('/admin/users/add').type('form').send(form);

  test('leads to their page', async () => {
    expect((await admin.get('/admin/users')).text).toContain('/admin/users/add');
    expect((await admin.get('/admin/users/add').expect(200)).text).toContain('One person');
    const { headers } = await add({
      email: 'grace@contoso.com',
      full_name: '',
      role: 'platform_viewer',
    }).expect(303);
    const user = await find('grace@contoso.com');
    expect(headers.location).toBe(`/admin/users/${user?.id}`);
    expect(user).toMatchObject({
      fullName: 'grace@contoso.com',
      provider: 'entra',
      roles: [{ name: 'platform_viewer', origin: 'manual' }],
    });
    expect((await admin.get(headers.location ?? '')).text).toContain('is added');
  });

  test.each([
    ['', 'Enter an email address'],
    ['grace', 'isn’t an email address'],
    ['grace@nowhere.example', 'SSO_TRUSTED_DOMAINS'],
    ['amara.okafor@contoso.com', 'already'],
  ])('says what is wrong with “%s”, and keeps what was typed', async (email, words) => {
    const { text } = await add({ email, full_name: '<Grace>', role: '' }).expect(400);
    expect(text).toContain(words);
    expect(text).toContain('&lt;Grace&gt;');
  });
});

describe('a CSV file', () => {
  const upload = (csv: string | Buffer) =>
    admin.post('/admin/users/import').attach('file', Buffer.from(csv), 'people.csv');

  test('is shown first, and imported when that is confirmed', async () => {
    const csv =
      'email;full_name\r\ngrace@contoso.com;"Hopper, ""Amazing"" Grace"\r\njörg@contoso.com;Jörg\r\n';
    const { text } = await upload(csv).expect(200);
    expect(text).toContain('Add 2 people?');
    expect(text).toContain('Jörg');
    expect(await find('grace@contoso.com')).toBeUndefined();
    const hidden = /name="csv" value="([^"]*)"/.exec(text)?.[1] ?? '';
    const sent = hidden.replaceAll('&#34;', '"').replaceAll('&amp;', '&');
    const done = await admin.post('/admin/users/import/confirm').type('form').send({ csv: sent }).expect(303);
    expect((await admin.get(done.headers.location ?? '')).text).toContain('2 people are added');
    expect((await find('grace@contoso.com'))?.fullName).toBe('Hopper, "Amazing" Grace');
  });

  test('can be pasted instead', async () => {
    const { text } = await admin
      .post('/admin/users/import')
      .field('csv', 'email\ngrace@contoso.com\n')
      .attach('file', Buffer.alloc(0), '')
      .expect(200);
    expect(text).toContain('Add 1 person?');
  });

  test('with problems can’t be confirmed, not even past the preview', async () => {
    const csv = 'email,roles\ngrace@contoso.com,\n<script>,\n';
    const { text } = await upload(csv).expect(422);
    expect(text).toContain('Line 3, email');
    expect(text).toContain('isn’t an email address');
    expect(text).toContain('&lt;script&gt;');
    expect(text).not.toContain('<script>');
    expect(text).not.toContain('Add them');
    await admin.post('/admin/users/import/confirm').type('form').send({ csv }).expect(422);
    expect(await find('grace@contoso.com')).toBeUndefined();
  });

  test.each([
    ['in another encoding', Buffer.from('email,full_name\ngrace@contoso.com,J\xF6rg\n', 'latin1'), 'UTF-8'],
    ['that is empty', Buffer.alloc(0), 'names nobody'],
  ])('%s is explained', async (_kind, csv, words) => {
    expect((await upload(csv).expect(422)).text).toContain(words);
  });

  test('in a form that can’t be read names nobody', async () => {
    const { text } = await admin
      .post('/admin/users/import')
      .set('Content-Type', 'multipart/form-data; boundary=x')
      .send('nonsense')
      .expect(422);
    expect(text).toContain('names nobody');
  });

  test('that is too large is refused', async () => {
    await upload(Buffer.alloc(3_000_000, 'x')).expect(413);
  });

  test('of 5,000 people gets through the preview', async () => {
    const rows = Array.from(
      { length: 5_000 },
      (_, index) => `somebody-${index}@contoso.com,Person Number ${index}`,
    );
    const csv = `email,full_name\n${rows.join('\n')}\n`;
    const { text } = await upload(csv).expect(200);
    expect(text).toContain('And 4,950 more');
    await admin.post('/admin/users/import/confirm').type('form').send({ csv }).expect(303);
    expect(await entrance.deps.directory.count()).toBe(5_002);
  });
});

test('only administrators, from our own pages, add anybody', async () => {
  const stranger = entrance.browser();
  const person = await entrance.signIn('no-role');
  const form = { email: 'grace@contoso.com', csv: 'email\ngrace@contoso.com\n' };
  for (const path of ['/admin/users/add', '/admin/users/import', '/admin/users/import/confirm']) {
    expect((await stranger.post(path).type('form').send(form).expect(303)).headers.location).toBe(
      '/admin/login?error=session_ended',
    );
    await person.post(path).type('form').send(form).expect(403);
    await admin.post(path).type('form').set('Sec-Fetch-Site', 'cross-site').send(form).expect(403);
  }
  await person.get('/admin/users/add').expect(403);
  expect(await find('grace@contoso.com')).toBeUndefined();
});
