import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Agent as TestAgent } from 'supertest';
import request from 'supertest';
import { adminPersona } from '../../demo/personas.js';
import { startTestEntrance, type TestEntrance } from '../support/entrance.js';

let entrance: TestEntrance;
let admin: TestAgent;
beforeAll(async () => {
  entrance = await startTestEntrance();
  admin = await entrance.signIn('admin');
});
afterAll(() => entrance.close());

const good = { name: 'reporting', scopes: ['users:read', 'audit:read'], expires_in_days: '30' };
const create = (form: object) => admin.post('/admin/tokens').type('form').send(form);
const secretIn = (html: string) => /value="(entrance_[\w-]+)"/.exec(html)?.[1];
const tokens = () => entrance.deps.tokens.list();
async function allows(secret: string | undefined): Promise<boolean> {
  const answer = await request(entrance.app).get('/auth/users').set('Authorization', `Bearer ${secret}`);
  return answer.status === 200;
}

describe('a form that isn’t as it has to be', () => {
  test('comes back with the message at the field, and keeps what was sent', async () => {
    const answer = await create({ name: 'night “shift”', expires_in_days: '365' }).expect(400);
    expect(answer.text).toMatch(/<fieldset[^>]*aria-describedby="scopes-error"/);
    expect(answer.text).toMatch(/id="scopes-error"[\s\S]*?Choose at least one/);
    expect(answer.text).toContain('name="name" type="text" value="night “shift”"');
    expect(answer.text).toMatch(/value="365" selected/);
    expect(answer.text).toContain('<h1>API tokens</h1>');
  });

  test.each([
    ['no name', { ...good, name: '' }, 'Has no visible character'],
    ['a name of blanks', { ...good, name: ' \u200B ' }, 'Has no visible character'],
    ['a name that is too long', { ...good, name: 'x'.repeat(101) }, 'Is longer than 100 characters'],
    ['a scope that there isn’t', { ...good, scopes: ['users:read', 'root'] }, 'It has to be one of'],
    ['a lifetime that isn’t offered', { ...good, expires_in_days: '4000' }, 'It has to be one of'],
    ['a lifetime that is no number', { ...good, expires_in_days: 'x' }, 'It has to be a number'],
    ['nothing at all', {}, 'Choose at least one'],
  ])('%s', async (_name, form, message) => {
    const before = (await tokens()).length;
    const answer = await create(form).expect(400);
    expect(answer.text).toContain(message);
    expect(answer.text).toContain('<h2 id="create">New token</h2>');
    if ('scopes' in form) expect(answer.text).toContain('value="users:read" checked');
    expect(await tokens()).toHaveLength(before);
  });

  test('has no message and nothing ticked at first', async () => {
    const { text } = await admin.get('/admin/tokens').expect(200);
    expect(text).not.toContain('-error"');
    expect(text).not.toContain(' checked');
    expect(text).toMatch(/value="90" selected/);
  });
});

describe('a new secret', () => {
  test('is shown once, by a page that can be loaded again without making another token', async () => {
    const before = (await tokens()).length;
    const made = await create(good).expect(303);
    const location = String(made.headers.location);
    const [record] = await tokens();
    expect(location).toBe(`/admin/tokens/${record?.id}/secret`);
    const shown = await admin.get(location).expect(200);
    const secret = secretIn(shown.text);
    expect(await allows(secret)).toBe(true);
    expect(shown.headers['cache-control']).toBe('no-store');
    expect(JSON.stringify(made.headers)).not.toContain(secret);

    const again = await admin.get(location).expect(303);
    expect(again.headers.location).toBe('/admin/tokens');
    const list = await admin.get('/admin/tokens');
    expect(list.text).toContain('is shown once, and not kept');
    expect(list.text).not.toContain(secret);
    expect(await tokens()).toHaveLength(before + 1);
  });

  test('in place of another is shown the same way', async () => {
    const [record] = await tokens();
    const rotated = await admin.post(`/admin/tokens/${record?.id}/rotate`).expect(303);
    const location = String(rotated.headers.location);
    const secret = secretIn((await admin.get(location).expect(200)).text);
    expect(await allows(secret)).toBe(true);
    await admin.get(location).expect(303);
    expect(await allows(secret)).toBe(true);
  });

  test('of each of two that are made at once is shown', async () => {
    const one = String((await create({ ...good, name: 'one' })).headers.location);
    const other = String((await create({ ...good, name: 'other' })).headers.location);
    const secrets = [];
    for (const page of [one, other]) secrets.push(secretIn((await admin.get(page).expect(200)).text));
    expect(new Set(secrets).size).toBe(2);
    expect(await Promise.all(secrets.map(allows))).toEqual([true, true]);
  });

  test('isn’t given to the next person in this browser, nor to a request that nobody made, nor after a minute', async () => {
    entrance.microsoft.addPersona({
      ...adminPersona,
      id: 'bob',
      oid: '5b1d4c97-0000-4000-8000-00000000b0b1',
      username: 'bob@contoso.com',
      email: 'bob@contoso.com',
    });
    const browser = await entrance.signIn('admin');
    const make = async () =>
      String((await browser.post('/admin/tokens').type('form').send(good)).headers.location);
    const page = await make();
    await browser.get(page).set('Sec-Purpose', 'prefetch').expect(503);
    await browser.head(page).expect(405);
    expect(secretIn((await browser.get(page).expect(200)).text)).toBeDefined();

    const late = await make();
    entrance.pass(60_000);
    await browser.get(late).expect(303);

    const alices = await make();
    await browser.post('/admin/logout').expect(303);
    await browser.get(await entrance.callbackFor(browser, 'bob')).expect(303);
    await browser.get(alices).expect(303);
  });
});
