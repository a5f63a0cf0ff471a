import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Agent as TestAgent } from 'supertest';
import { startTestEntrance, type TestEntrance } from '../support/entrance.js';

let entrance: TestEntrance;
let admin: TestAgent;
beforeAll(async () => {
  entrance = await startTestEntrance();
  admin = await entrance.signIn('admin');
  for (let made = 0; made < 30; made += 1) await entrance.addUser({ lastLoginAt: new Date().toISOString() });
});
afterAll(() => entrance.close());

test.each(['/admin/audit', '/admin/users'])(
  'every time on %s shows its date, its time of day and its zone',
  async (path) => {
    const { text } = await admin.get(path).expect(200);
    const times = [...text.matchAll(/<time datetime="([^"]+)">([\s\S]*?)<\/time>/g)];
    expect(times.length).toBeGreaterThan(0);
    for (const [, iso = '', shown] of times)
      expect(shown).toContain(`${iso.slice(0, 16).replace('T', ' ')} UTC`);
  },
);

test('the dates by which the audit log is searched say their zone', async () => {
  const { text } = await admin.get('/admin/audit').expect(200);
  expect(text).toMatch(/From \(UTC\)[\s\S]*To \(UTC\)/);
});

test.each([
  ['full_name', 'Next'],
  ['-full_name', 'Next'],
  ['email', 'Next'],
  ['created_at', 'Next'],
  ['-created_at', 'Older'],
  ['-last_login_at', 'Older'],
])('users by %s go on with “%s”', async (sort, label) => {
  const { text } = await admin.get(`/admin/users?sort=${sort}`).expect(200);
  expect(/rel="next"><span>(\w+)</.exec(text)?.[1]).toBe(label);
});
