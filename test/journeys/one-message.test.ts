import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startTestEntrance, type TestEntrance } from '../support/entrance.js';

let entrance: TestEntrance;
beforeEach(async () => {
  entrance = await startTestEntrance();
});
afterEach(() => entrance.close());

test('an address that nobody has is told in one message, without a second one about the page', async () => {
  const admin = await entrance.signIn('admin');
  await admin.post('/admin/teams').type('form').send({ name: 'Platform', description: '' });
  const list = await admin.get('/admin/teams');
  const [team = ''] = /\/admin\/teams\/[\w-]{36}/.exec(list.text) ?? [];
  const sent = await admin.post(`${team}/members`).type('form').send({ person: 'nobody@contoso.com' });
  const { text } = await admin.get(String(sent.headers.location));
  expect(text).toContain('Nobody here has that email address.');
  expect(text).not.toContain('There’s nothing here');
});
