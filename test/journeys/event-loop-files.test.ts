import { afterAll, beforeAll, expect, test } from '@jest/globals';
import request from 'supertest';
import type TestAgent from 'supertest/lib/agent.js';
import { startTestEntrance, type TestEntrance } from '../support/entrance.js';
import { LONGEST_STAND_MS, longestStand } from '../support/event-loop.js';
import { oddFiles } from '../support/odd-bodies.js';

let entrance: TestEntrance;
let admin: TestAgent;
let token: string;

beforeAll(async () => {
  entrance = await startTestEntrance();
  admin = await entrance.signIn('admin');
  token = await entrance.token('users:write');
});

afterAll(() => entrance.close());

test.each(Object.entries(oddFiles))(
  'no file keeps others waiting, imported by a program: %s',
  async (_name, file) => {
    const text = file();
    const stand = await longestStand(() =>
      request(entrance.app)
        .post('/auth/users/import?dry_run=true')
        .set('Authorization', `Bearer ${token}`)
        .type('text/csv')
        .send(text)
        .expect(200),
    );
    expect(stand).toBeLessThan(LONGEST_STAND_MS);
  },
);

test.each(Object.entries(oddFiles))('… nor by a person: %s', async (_name, file) => {
  const text = file();
  const uploaded = await longestStand(() =>
    admin.post('/admin/users/import').attach('file', Buffer.from(text), 'people.csv'),
  );
  const confirmed = await longestStand(() => admin.post('/admin/users/import/confirm').field('csv', text));
  expect(Math.max(uploaded, confirmed)).toBeLessThan(LONGEST_STAND_MS);
});

test.each([
  ['many small parts', () => `--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n`.repeat(34_000)],
  ['a part with many headers', () => `--b\r\n${'X-A: b\r\n'.repeat(230_000)}\r\nc\r\n`],
  [
    'a part with a long header',
    () => `--b\r\nContent-Disposition: form-data; name="${'a"; name="'.repeat(200_000)}"\r\n\r\nc\r\n`,
  ],
  [
    'a file that looks like its boundary',
    () => `--b\r\nContent-Disposition: form-data; name="csv"\r\n\r\n${'\r\n--'.repeat(480_000)}\r\n`,
  ],
  ['hyphens', () => '-'.repeat(2_000_000)],
])('no upload keeps others waiting: %s', async (_name, parts) => {
  const body = `${parts()}--b--\r\n`;
  const stand = await longestStand(() =>
    admin.post('/admin/users/import').set('Content-Type', 'multipart/form-data; boundary=b').send(body),
  );
  expect(stand).toBeLessThan(LONGEST_STAND_MS);
});

test.each([
  ['one field of what has to be escaped', () => `csv=${'%2C'.repeat(170_000)}`],
  ['one field of plus signs', () => `csv=${'+'.repeat(520_000)}`],
  ['escapes that are none', () => `csv=${'%'.repeat(520_000)}`],
  ['fields without names', () => '&'.repeat(520_000)],
  ['the same field again and again', () => 'csv&'.repeat(130_000)],
  ['a form that is too long', () => `csv=${'+'.repeat(4_000_000)}`],
])('no form keeps others waiting: %s', async (_name, form) => {
  const body = form();
  const stand = await longestStand(() => admin.post('/admin/users/import/confirm').type('form').send(body));
  expect(stand).toBeLessThan(LONGEST_STAND_MS);
});

test('the list of problems is cut, and says how many there are', async () => {
  const rows = Array.from({ length: 1_000 }, (_, index) => `nobody${index}\n`).join('');
  const { body } = await request(entrance.app)
    .post('/auth/users/import?dry_run=true')
    .set('Authorization', `Bearer ${token}`)
    .type('text/csv')
    .send(`email\n${rows}`)
    .expect(200);
  expect(body.problems).toHaveLength(200);
  expect(body.problems[0]).toMatchObject({ line: 2 });
  expect(body.problem_count).toBe(1_000);
});
