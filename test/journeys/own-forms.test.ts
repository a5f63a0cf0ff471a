import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Agent as TestAgent } from 'supertest';
import request from 'supertest';
import { createFormOwners } from '#entrance/pages/form-owners.js';
import { adminPersona } from '../../demo/personas.js';
import { cookiesOf, LOCAL_ADMIN, startTestEntrance, type TestEntrance } from '../support/entrance.js';

/** A form belongs to the person for whom its page was made. */

const bob = {
  ...adminPersona,
  id: 'bob',
  name: 'Bob Marlowe',
  oid: '5b1d4c97-0000-4000-8000-00000000b0b0',
  username: 'bob@contoso.com',
  email: 'bob@contoso.com',
};
/** They begin or end a session, or choose a theme: whoever sends them. */
const NOBODYS = ['/admin/login', '/admin/login/address', '/admin/logout', '/admin/theme'];

const source = readFileSync(new URL('../../src/entrance.ts', import.meta.url), 'utf8');
const postRoutes = [...source.matchAll(/routes\.post\(\s*'(\/admin\/[^']*)'/g)].map(([, path = '']) => path);
const boundRoutes = postRoutes.filter((path) => !NOBODYS.includes(path));

let entrance: TestEntrance;
beforeAll(async () => {
  entrance = await startTestEntrance();
  entrance.microsoft.addPersona(bob);
});
afterAll(() => entrance.close());

const actionsIn = (html: string) =>
  [...html.matchAll(/<form[^>]*method="post"[^>]*action="([^"]*)"/g)].map(([, action = '']) =>
    action.replaceAll('&amp;', '&'),
  );
const mainOf = (html: string) => /<main.*<\/main>/s.exec(html)?.[0] ?? '';
const headersOf = (browser: TestAgent) => ({
  Accept: 'text/html',
  'Sec-Fetch-Site': 'same-origin',
  Cookie: cookiesOf(browser),
});

async function formOf(browser: TestAgent, page: string, path: string): Promise<string> {
  const { text } = await browser.get(page).expect(200);
  const action = actionsIn(text).find((one) => one.split('?')[0] === path);
  if (action === undefined) throw new Error(`no form for ${path}`);
  return action;
}

async function becomesBob(browser: TestAgent): Promise<void> {
  await browser.post('/admin/logout').expect(303);
  await browser.get(await entrance.callbackFor(browser, 'bob')).expect(303);
}

test('what one person’s page sends as another changes nothing, says so, and leads back to the form', async () => {
  const { id } = await entrance.addUser({ fullName: 'Carol' });
  const page = `/admin/users/${id}`;
  const browser = await entrance.signIn('admin');
  const action = await formOf(browser, page, `${page}/roles`);
  await becomesBob(browser);
  const referer = `http://localhost:8000${page}`;
  const send = () =>
    browser.post(action).set('Referer', referer).type('form').send({ role: 'support', confirmed: 'yes' });
  const refused = await send().expect(409);
  expect(refused.text).toContain('This page was made for somebody else');
  expect(refused.text).toContain('Bob Marlowe');
  expect(refused.text).toContain('Nothing was changed');
  expect(refused.text).toContain(`href="${page}"`);
  expect((await entrance.deps.directory.find(id))?.roles).toEqual([]);
  const { events } = await entrance.deps.audit.list({ limit: 5 });
  expect(JSON.stringify(events)).not.toContain('support');

  const own = await formOf(browser, page, `${page}/roles`);
  await browser.post(own).type('form').send({ role: 'support', confirmed: 'yes' }).expect(303);
  expect((await entrance.deps.directory.find(id))?.roles).toMatchObject([{ name: 'support' }]);
});

test('a file of people that one person chose isn’t imported by another', async () => {
  const browser = await entrance.signIn('admin');
  const file = await formOf(browser, '/admin/users/add', '/admin/users/import');
  const csv = Buffer.from('email,full_name\nlater@contoso.com,Later\n');
  const preview = await browser.post(file).attach('file', csv, 'people.csv').expect(200);
  const [confirm = ''] = actionsIn(mainOf(preview.text));
  await becomesBob(browser);
  await browser.post(file).attach('file', csv, 'people.csv').expect(409);
  await browser
    .post(confirm)
    .type('form')
    .send({ csv: `${csv}` })
    .expect(409);
  expect(await entrance.deps.directory.findByEmail('later@contoso.com')).toBeUndefined();
});

test('it stays good for a person who signs out and in again', async () => {
  const { id } = await entrance.addUser({ fullName: 'Dan' });
  const browser = await entrance.signIn('admin');
  const action = await formOf(browser, `/admin/users/${id}`, `/admin/users/${id}/roles`);
  await browser.post('/admin/logout').expect(303);
  await browser.get(await entrance.callbackFor(browser, 'admin')).expect(303);
  await browser.post(action).type('form').send({ role: 'support', confirmed: 'yes' }).expect(303);
});

test('the console has forms, and each one but those of nobody is checked', () => {
  expect(boundRoutes.length).toBeGreaterThan(20);
  expect(postRoutes).toEqual(expect.arrayContaining(NOBODYS));
});

describe.each(boundRoutes)('%s', (route) => {
  const path = route.replace(':provider', 'entra').replace(/:\w+/g, 'nobody');

  test('is refused to a form of nobody and of somebody else', async () => {
    const headers = headersOf(await entrance.signIn('bob'));
    const { config, deps } = entrance;
    const admin = await deps.directory.findByEmail(LOCAL_ADMIN.email);
    const bobs = await deps.directory.findByEmail(bob.email);
    if (admin === undefined || bobs === undefined) throw new Error('nobody is there');
    const owners = createFormOwners(config);
    const others = [
      '',
      '?for=',
      `?for=${bobs.id}`,
      '?for=a&for=b',
      `?${new URLSearchParams(owners.parameterFor(admin.id))}`,
    ];
    for (const query of others) {
      const answer = await request(entrance.app)
        .post(path + query)
        .set(headers)
        .expect(409);
      expect(answer.text).toContain('This page was made for somebody else');
    }
    const own = `?${new URLSearchParams(owners.parameterFor(bobs.id))}`;
    const answer = await request(entrance.app)
      .post(path + own)
      .set(headers);
    expect(answer.text).not.toContain('This page was made for somebody else');
  });
});

test('every form of every page says for whom it was made', async () => {
  const { id } = await entrance.addUser({ fullName: 'Eve', teams: [] });
  const browser = await entrance.signIn('admin');
  const viewer = await entrance.deps.directory.findByEmail(adminPersona.email ?? '');
  const pages = [
    `/admin/users/${id}`,
    `/admin/users/${id}/disable`,
    `/admin/users/${id}/delete`,
    '/admin/users/add',
    '/admin/teams',
    '/admin/tokens',
    '/admin/approvals',
    '/admin/sessions',
    '/admin/account',
  ];
  const owners = createFormOwners(entrance.config);
  let seen = 0;
  for (const page of pages) {
    const { text } = await browser.get(page).expect(200);
    expect(actionsIn(text)).toHaveLength(text.match(/<form[^>]*\bmethod="?post/gi)?.length ?? 0);
    for (const action of actionsIn(mainOf(text))) {
      seen += 1;
      const query = Object.fromEntries(new URL(action, 'http://localhost').searchParams);
      expect(owners.isOwner({ query }, viewer?.id ?? '')).toBe(true);
    }
  }
  expect(seen).toBeGreaterThan(5);
});
