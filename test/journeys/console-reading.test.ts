import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Agent as TestAgent } from 'supertest';
import { startTestEntrance, type TestEntrance } from '../support/entrance.js';
import { wordsOf } from '../support/words-of.js';

const DAY_MS = 86_400_000;
const AUDITOR = 'auditor';

let entrance: TestEntrance;
let admin: TestAgent;

beforeAll(async () => {
  entrance = await startTestEntrance({
    settings: { SSO_ENTRA_ROLE_MAPPINGS: `{"gateway.audit":"${AUDITOR}"}` },
  });
  admin = await entrance.signIn('admin');
});
afterAll(() => entrance.close());

const page = async (path: string, browser = admin) => (await browser.get(path)).text;
const words = (html: string) => wordsOf(html).replaceAll(/\s+/g, ' ');

test('the roles page says what each role may do, which settings give it, who has it, and why', async () => {
  for (let number = 1; number <= 6; number += 1)
    await entrance.addUser({ fullName: `Manual ${number}`, roles: [{ name: 'on-call', origin: 'manual' }] });
  const confirmedAt = new Date().toISOString();
  const sources = [{ kind: 'app_role', value: 'gateway.audit' } as const];
  await entrance.addUser({
    fullName: 'Grace Hopper',
    roles: [{ name: AUDITOR, origin: 'sso', sources, confirmedAt }],
  });
  const html = await page('/admin/roles');
  const told = words(html);
  expect(told).toMatch(/Administrator platform_admin .*Viewer platform_viewer .* auditor .* on-call/);
  expect(told).toContain('app role gateway.audit at Microsoft SSO_ENTRA_ROLE_MAPPINGS');
  expect(told).toContain('Grace Hopper app role gateway.audit');
  expect(told).toContain('Manual 5 given by hand');
  expect(told).not.toContain('Manual 6');
  expect(html).toMatch(/href="\/admin\/users\?role=on-call"[^>]*>All 6 people</);
  const viewer = await entrance.addUser({
    providerId: randomUUID(),
    roles: [{ name: 'platform_viewer', origin: 'manual' }],
  });
  const { email, providerId } = viewer;
  const oid = providerId ?? '';
  entrance.microsoft.addPersona({ id: 'viewer', name: 'Viv', story: '', oid, username: email, email });
  expect(words(await page('/admin/roles', await entrance.signIn('viewer')))).toContain('Grace Hopper');
  await (await entrance.signIn('no-role')).get('/admin/roles').expect(403);
});

test('the audit log has a heading for each day, links the people, and shows the raw event', async () => {
  const { id } = await entrance.addUser({ fullName: 'Edsger Dijkstra' });
  await admin.post(`/admin/users/${id}/disable`).expect(303);
  const html = await page('/admin/audit?action=user-disable');
  const today = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeZone: 'UTC' }).format(Date.now());
  expect(words(html)).toContain(`${today} UTC`);
  expect(html).toMatch(
    /href="\/admin\/users\/[^"]+"><bdi>Amara Okafor<\/bdi><\/a> disabled <a href="\/admin\/users\/[^"]+"><bdi>Edsger Dijkstra</,
  );
  const raw = /<pre><code>([\s\S]*?)<\/code>/.exec(html)?.[1] ?? '';
  expect(JSON.parse(raw.replaceAll('&#34;', '"'))).toMatchObject({ event: { action: 'user-disable' } });
});

test('people whose account is gone aren’t linked', async () => {
  const { id } = await entrance.addUser({ fullName: 'Alan Turing' });
  await admin.post(`/admin/users/${id}/delete`).type('form').send({ typed: 'alan turing' }).expect(303);
  const html = await page('/admin/audit?action=user-delete');
  expect(words(html)).toContain('Amara Okafor deleted Alan Turing');
  expect(html).not.toContain(`/admin/users/${id}"`);
});

test('presets lead to the last days, keep the other filters, and say which one is chosen', async () => {
  const html = await page('/admin/audit?action=user-sign-in&to=2026-01-01');
  const from = new Date(Date.now() - 6 * DAY_MS).toISOString().slice(0, 10);
  const href = `/admin/audit?action=user-sign-in&from=${from}`;
  expect(html.replaceAll('&amp;', '&')).toContain(`href="${href}">7 days<`);
  expect(await page(href)).toMatch(/aria-current="true">7 days</);
});

test.each([
  ['/admin/users/nobody', 404],
  ['/admin/nowhere', 404],
  ['/admin/audit?from=yesterday', 400],
  ['/elsewhere', 404],
])('the error page of %s keeps the navigation and the person', async (path, status) => {
  const { text } = await admin.get(path).expect(status);
  expect(text).toContain('<nav class="sections"');
  expect(text).toContain('Amara Okafor');
  const stranger = await entrance.browser().get('/elsewhere').expect(404);
  expect(stranger.text).not.toContain('<nav');
});

test('one’s own account can’t be deleted, and the refusal keeps the navigation', async () => {
  const { body: me } = await admin.get('/auth/me').set('Accept', 'application/json').expect(200);
  const { text } = await admin.get(`/admin/users/${me.id}/delete`).expect(409);
  expect(text).toContain('<nav class="sections"');
});
