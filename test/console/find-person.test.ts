import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Agent as TestAgent } from 'supertest';
import type { User } from '#entrance/directory/directory.js';
import { startTestEntrance, type TestEntrance } from '../support/entrance.js';
import { wordsOf } from '../support/words-of.js';

let entrance: TestEntrance;
let admin: TestAgent;
let grace: User;
let maria: User;
let otherMaria: User;
beforeAll(async () => {
  entrance = await startTestEntrance();
  admin = await entrance.signIn('admin');
  grace = await entrance.addUser({ fullName: 'Grace Hopper', email: 'grace@contoso.com' });
  maria = await entrance.addUser({ fullName: 'María García', email: 'maria@contoso.com' });
  otherMaria = await entrance.addUser({
    fullName: 'María García',
    email: 'maria.garcia@contoso.com',
    status: 'disabled',
  });
});
afterAll(() => entrance.close());

const page = async (path: string) => (await admin.get(path).expect(200)).text;
const choices = (html: string) =>
  [...html.matchAll(/type="radio" name="user" value="([^"]+)"/g)].map(([, id]) => id);

describe('the person for a team', () => {
  let team: string;
  beforeAll(async () => {
    await admin.post('/admin/teams').type('form').send({ name: 'Platform', description: '' }).expect(303);
    const ids = await entrance.deps.teams.findIds(['Platform']);
    team = `/admin/teams/${ids.get('platform')}`;
  });

  const add = (form: Record<string, string>) => admin.post(`${team}/members`).type('form').send(form);
  /** Where the form leads, and what that page says. */
  const added = async (form: Record<string, string>) => {
    const sent = await add(form).expect(303);
    const path = String(sent.headers.location);
    const html = await page(path);
    return { path, html, words: wordsOf(html) };
  };
  const isIn = async ({ id }: User) => ((await entrance.deps.directory.find(id))?.teams ?? []).length > 0;
  const leave = ({ id }: User) => admin.post(`${team}/members/remove`).type('form').send({ user: id });

  test.each([
    ['a word of the name, without regard to case', 'hopper'],
    ['words in another order', 'hopper gra'],
    ['the email address', 'GRACE@contoso.com'],
  ])('is taken at once by %s, if nobody else matches', async (_what, person) => {
    const { path, words } = await added({ person });
    expect(path).toBe(team);
    expect(words).toContain('Grace Hopper is in the team.');
    expect(await isIn(grace)).toBe(true);
    await leave(grace).expect(303);
  });

  test('is taken by the user ID', async () => {
    expect((await added({ person: grace.id })).words).toContain('Grace Hopper is in the team.');
    await leave(grace).expect(303);
  });

  test('is chosen, if several have the name; email, provider and status tell them apart', async () => {
    const { path, html, words } = await added({ person: 'garcia' });
    expect(path).toBe(`${team}?person=garcia`);
    expect(choices(html).toSorted()).toEqual([maria.id, otherMaria.id].toSorted());
    expect(words).toContain('Who is meant by “garcia”?');
    expect(words).toContain('María García Active maria@contoso.com · Microsoft');
    expect(words).toContain('María García Disabled maria.garcia@contoso.com · Microsoft');
    expect(await isIn(maria)).toBe(false);
    expect((await added({ user: otherMaria.id })).words).toContain('María García is in the team.');
    expect([await isIn(maria), await isIn(otherMaria)]).toEqual([false, true]);
  });

  test('is offered, and not taken, for an address with a slip in it', async () => {
    const { html } = await added({ person: 'grace@contoso.co' });
    expect(choices(html)).toEqual([grace.id]);
    expect(await isIn(grace)).toBe(false);
  });

  test.each([
    ['nobody', 'Nobody here has that name. Check it, or add the person under Users first.'],
    ['nobody@contoso.com', 'Nobody here has that email address. Check it, or add the person under Users'],
    [' ', 'Type a name or an email address.'],
  ])('isn’t found by “%s”: the page says what to do, and keeps the text', async (person, problem) => {
    const { html, words } = await added({ person });
    expect(words).toContain(problem);
    expect(html).toContain(`value="${person.trim()}"`);
    expect(choices(html)).toEqual([]);
  });

  test('is one of the first ten, and the page says that there are more', async () => {
    for (let index = 10; index < 22; index += 1) await entrance.addUser({ fullName: `Kim Many ${index}` });
    const { html, words } = await added({ person: 'kim' });
    expect(choices(html)).toHaveLength(10);
    expect(words).toContain('More people match: type more of the name, or the email address.');
  });
});

describe('the person of whom the audit log is asked', () => {
  test('is found by name, and the address names the ID from then on', async () => {
    const found = await admin.get('/admin/audit?user=hopper&outcome=failure').expect(303);
    expect(found.headers.location).toBe(`/admin/audit?user=${grace.id}&outcome=failure`);
    const words = wordsOf(await page(`/admin/audit?user=${grace.id}`));
    expect(words).toContain('Events of Grace Hopper, grace@contoso.com');
  });

  test('is chosen, if several have the name; the other filters stay', async () => {
    const html = await page('/admin/audit?user=garcia&outcome=failure');
    expect(choices(html).toSorted()).toEqual([maria.id, otherMaria.id].toSorted());
    expect(html).toContain('<input type="hidden" name="outcome" value="failure">');
    expect(html).not.toContain('/admin/audit/export/');
    expect(html).not.toContain('<ol class="events">');
  });

  test('may be gone: an address is asked for as it is', async () => {
    await page('/admin/audit?user=grace@contoso.com');
    const words = wordsOf(await page('/admin/audit?user=gone@contoso.com'));
    expect(words).toContain('An account that is gone is found by its email address or ID.');
  });
});
