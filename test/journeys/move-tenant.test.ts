import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { moveTenantBy, parseTenantMove, type TenantMoveArguments } from '#entrance/commands/users.js';
import { startTestEntrance, storeKinds, type TestEntrance } from '../support/entrance.js';
import { forwardedAddress, personAtMicrosoft } from '../support/people-at-microsoft.js';

const NEW = '5e0d7c3b-94a1-4f26-8b7c-d2f1a6e39805';

describe.each(storeKinds)('entrance users move-tenant, on %s', (store) => {
  let entrance: TestEntrance;
  let old: string;
  beforeEach(async () => {
    entrance = await startTestEntrance({
      store,
      settings: {
        SSO_ENTRA_TENANT_ID: 'organizations',
        SSO_ENTRA_ALLOWED_TENANTS: `3f6e2a8c-5b1d-4c97-8e0a-b7d94f21c650,${NEW}`,
      },
    });
    old = entrance.microsoft.tenantId;
  });
  afterEach(() => entrance.close());

  async function run(
    args: Partial<TenantMoveArguments> = {},
    { apply = false, json = false, config = entrance.config } = {},
  ) {
    const move = await parseTenantMove({ from: old, to: NEW, map: undefined, ...args });
    if ('problem' in move) throw new Error(move.problem);
    return moveTenantBy(move, config, entrance.deps, { apply, json });
  }

  /** Noor signs in with the old directory, and is made anew in the new one. */
  async function noorTwice() {
    const before = personAtMicrosoft(entrance, 'Noor', { roles: ['gateway.admin'] });
    const begun = await before.signIn('noor@contoso.com');
    const account = await before.account();
    if (account === undefined) throw new Error('no account');
    await entrance.deps.directory.update(account, {
      roles: [...account.roles, { name: 'developer', origin: 'manual' }],
    });
    await begun.browser.get('/auth/me').expect(200);
    return {
      id: account.id,
      before,
      browser: begun.browser,
      anew: personAtMicrosoft(entrance, 'Noor', { tenantId: NEW, email: 'noor@contoso.com' }),
    };
  }

  test('without --apply it says what it would do, and changes nothing', async () => {
    const { id, before, browser } = await noorTwice();
    const { report, isDone } = await run();
    expect(isDone).toBe(true);
    expect(report).toContain(`1 person signs in with the directory ${old}`);
    expect(report).toContain(
      'Noor <noor@contoso.com>: unlinked; keeps developer; loses platform_admin until the provider gives it again',
    );
    expect(report).toContain('Nothing was changed');
    expect(await before.account()).toMatchObject({ id });
    expect(await forwardedAddress(browser)).toBe('noor@contoso.com');
  });

  test('people are unlinked, signed out, and claim their accounts from the new directory', async () => {
    const { id, browser, anew } = await noorTwice();
    expect((await anew.signIn()).location).toBe('/admin/login?error=account_conflict');
    const stays = await entrance.addUser({ email: 'stays@contoso.com', providerScope: NEW });
    expect((await run({}, { apply: true })).report).toContain('Done.');
    expect(await forwardedAddress(browser)).toBe('signed out');
    expect((await anew.signIn()).location).toBe('/admin');
    expect(await anew.account()).toMatchObject({ id, roles: [{ name: 'developer', origin: 'manual' }] });
    expect(await entrance.deps.directory.find(stays.id)).toEqual(stays);
    const { events } = await entrance.deps.audit.list({ action: 'user-unlink', limit: 10 });
    expect(events).toMatchObject([{ user: { target: { id, email: 'noor@contoso.com' } } }]);
    expect((await run({}, { apply: true })).report).toBe(`Nobody signs in with the directory ${old}.\n`);
  });

  test('by a file of object IDs people keep everything, and those whom it doesn’t name stay', async () => {
    const { id, before, browser, anew } = await noorTwice();
    const other = await entrance.addUser({ email: 'other@contoso.com', providerId: randomUUID() });
    const map = `old,new\r\n${before.oid.toUpperCase()};${anew.oid}\r\n`.replace('old,new', 'old;new');
    expect((await run({ map })).report).toContain('--map doesn’t name the object ID');
    const { report } = await run({ map }, { apply: true, json: true });
    expect(JSON.parse(report)).toMatchObject({
      applied: true,
      people: [
        { id, action: 'relink', new_provider_id: anew.oid },
        { id: other.id, action: 'stay', reason: 'not_in_map' },
      ],
    });
    expect(await anew.account()).toMatchObject({ id, email: 'noor@contoso.com' });
    expect(await before.account()).toBeUndefined();
    expect(await entrance.deps.directory.find(other.id)).toEqual(other);
    expect(await forwardedAddress(browser)).toBe('signed out');
    expect((await anew.signIn()).location).toBe('/admin');
    const { events } = await entrance.deps.audit.list({ action: 'user-relink', limit: 10 });
    expect(events).toMatchObject([{ user: { target: { id } }, organization: { id: NEW } }]);
  });

  test('an object ID that has an account already is left to the operator', async () => {
    const { before, anew } = await noorTwice();
    const taken = await entrance.addUser({ providerId: anew.oid, providerScope: NEW });
    const { report } = await run({ map: `${before.oid},${anew.oid}` }, { apply: true });
    expect(report).toContain('has an account already');
    expect(await before.account()).toBeDefined();
    expect(await anew.account()).toEqual(taken);
  });

  test('the last administrator isn’t stranded: it refuses as a whole, and says what to do', async () => {
    const { before, anew } = await noorTwice();
    const root = await entrance.deps.directory.findByEmail('root@contoso.com');
    if (root === undefined) throw new Error('no local administrator');
    await entrance.deps.directory.update(root, { status: 'disabled' });
    const refused = await run({}, { apply: true });
    expect(refused.isDone).toBe(false);
    expect(refused.report).toContain('no platform_admin would be left who can sign in');
    expect(refused.report).toContain('--map');
    expect(await before.account()).toBeDefined();
    expect((await run({ map: `${before.oid},${anew.oid}` }, { apply: true })).isDone).toBe(true);
    expect((await anew.account())?.roles).toContainEqual(expect.objectContaining({ name: 'platform_admin' }));
  });

  test('a disabled account stays disabled, and one whose address isn’t confirmed is claimed by nobody', async () => {
    const gone = personAtMicrosoft(entrance, 'Gone');
    await gone.signIn('gone@contoso.com');
    const leaver = await gone.account();
    if (leaver === undefined) throw new Error('no account');
    await entrance.deps.directory.update(leaver, { status: 'disabled' });
    await entrance.addUser({
      fullName: 'Lost',
      email: 'lost@contoso.com',
      emailDoubt: { since: '2026-01-01T00:00:00.000Z', reason: 'taken', other: null },
    });
    const { report } = await run({}, { apply: true });
    expect(report).toContain('Gone <gone@contoso.com>: unlinked; stays disabled');
    expect(report).toContain('Lost <lost@contoso.com>: unlinked; the address isn’t confirmed');
    const anew = personAtMicrosoft(entrance, 'Gone', { tenantId: NEW });
    expect((await anew.signIn('gone@contoso.com')).location).toBe('/admin/login?error=account_disabled');
  });
});

const A = '3f6e2a8c-5b1d-4c97-8e0a-b7d94f21c650';

test.each<[string, TenantMoveArguments, string]>([
  ['no directories', { from: undefined, to: undefined, map: undefined }, '--from OLD --to NEW'],
  ['a domain', { from: A, to: 'acmecorp.com', map: undefined }, 'GUIDs'],
  ['the same twice', { from: A, to: A.toUpperCase(), map: undefined }, 'same directory'],
  ['an empty file', { from: A, to: NEW, map: 'old,new\n' }, 'names nobody'],
  ['half a quotation', { from: A, to: NEW, map: '"a' }, 'quotation mark'],
  ['no ID', { from: A, to: NEW, map: `${A},bob\n` }, 'row 1 isn’t two object IDs'],
  ['three cells', { from: A, to: NEW, map: `${A},${NEW},${A}\n` }, 'row 1 isn’t two object IDs'],
  ['an old ID twice', { from: A, to: NEW, map: `${A},${NEW}\n${A},${A}\n` }, 'row 2 has the old object ID'],
  [
    'a new ID twice',
    { from: A, to: NEW, map: `${A},${NEW}\n${NEW},${NEW}\n` },
    'row 2 has the new object ID',
  ],
])('a move with %s is refused, and says what to write', async (_, args, words) => {
  expect(await parseTenantMove(args)).toEqual({ problem: expect.stringContaining(words) });
});

describe('while the settings name the old directory alone', () => {
  let entrance: TestEntrance;
  beforeEach(async () => {
    entrance = await startTestEntrance();
  });
  afterEach(() => entrance.close());

  test('the preview says that nobody can sign in with the new one yet', async () => {
    await entrance.addUser();
    const move = { from: entrance.microsoft.tenantId, to: NEW, objectIds: undefined };
    const { report } = await moveTenantBy(move, entrance.config, entrance.deps, {
      apply: false,
      json: false,
    });
    expect(report).toContain('before SSO_ENTRA_TENANT_ID or SSO_ENTRA_ALLOWED_TENANTS names it');
  });
});
