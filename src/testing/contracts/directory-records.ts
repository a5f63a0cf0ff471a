import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Directory, KnownUser, SeenClaims, User } from '../../directory/directory.js';
import { UNKNOWN } from '../../identity/claimed.js';
import type { EmailDoubt } from '../../identity/user.js';
import type { ContractCase } from './contract-case.js';
import { ADMIN, happening, LOCAL, person, type Rule, written } from './directory-world.js';

const FIRST_SIGN_IN = '2026-03-01T08:00:00.000Z';
const LATER = '2026-03-02T08:00:00.000Z';
const CONCURRENT_TAKERS = 8;

const seenAt = (at: string): SeenClaims => ({
  at,
  provider: 'contract',
  groups: [randomUUID(), randomUUID().toUpperCase()],
  appRoles: ['reports.read'],
  verifiedDomain: 'acmecorp.com',
});

/** The rules for what is kept beside a user: addresses that move, claims, counts, and ends of grants. */
export function recordRules(rule: Rule): readonly ContractCase[] {
  return [...addressRules(rule), ...claimRules(rule), ...countRules(rule)];
}

function addressRules(rule: Rule): readonly ContractCase[] {
  const doubtOver = (other: User): EmailDoubt => ({ since: LATER, reason: 'taken', other: other.id });
  const take = (directory: Directory, user: User, from: User) =>
    directory.update(
      user,
      { email: from.email, emailDoubt: undefined },
      { losesEmail: { user: from, doubt: doubtOver(user) }, events: [happening] },
    );
  return [
    rule('an address goes from one account to another in one step', async ({ countRecorded, directory }) => {
      const [kim, lee] = [
        written(await directory.create(person())),
        written(await directory.create(person({ email: 'lee@acmecorp.com' }))),
      ];
      written(await take(directory, kim, lee));
      const holder = await directory.findByEmail('LEE@acmecorp.com');
      assert.deepEqual([holder?.id, holder?.version, holder?.emailDoubt], [kim.id, 2, undefined]);
      assert.equal(await directory.findByEmail(kim.email), undefined);
      assert.deepEqual(await directory.find(lee.id), { ...lee, emailDoubt: doubtOver(kim), version: 2 });
      assert.equal(await countRecorded(), 1);
    }),
    rule('a new account takes an address in the same way', async ({ directory }) => {
      const old = written(await directory.create(person({ email: 'desk@acmecorp.com', status: 'disabled' })));
      const doubt = doubtOver(old);
      const user = written(
        await directory.create(person({ email: 'desk@acmecorp.com' }), { losesEmail: { user: old, doubt } }),
      );
      assert.deepEqual(await directory.findByEmail('desk@acmecorp.com'), user);
      assert.deepEqual(await directory.find(old.id), { ...old, emailDoubt: doubt, version: 2 });
    }),
    rule('no address moves if its holder has changed meanwhile', async ({ directory }) => {
      const [kim, lee] = [
        written(await directory.create(person())),
        written(await directory.create(person({ email: 'lee@acmecorp.com' }))),
      ];
      const renamed = written(await directory.update(lee, { fullName: 'Lee Park' }));
      assert.deepEqual(await take(directory, kim, lee), { conflict: 'stale' });
      assert.deepEqual(await directory.find(kim.id), kim);
      assert.deepEqual(await directory.findByEmail('lee@acmecorp.com'), renamed);
    }),
    rule('of several that take one address at once, one does', async ({ directory }) => {
      const holder = written(await directory.create(person({ email: 'desk@acmecorp.com' })));
      const takers: User[] = [];
      for (let index = 0; index < CONCURRENT_TAKERS; index += 1)
        takers.push(written(await directory.create(person())));
      const outcomes = await Promise.all(takers.map((taker) => take(directory, taker, holder)));
      const winners = outcomes.flatMap((outcome) => ('user' in outcome ? [outcome.user.id] : []));
      assert.deepEqual(winners, [(await directory.findByEmail('desk@acmecorp.com'))?.id]);
    }),
  ];
}

function claimRules(rule: Rule): readonly ContractCase[] {
  const signedIn = async (directory: Directory, seen: SeenClaims) =>
    written(await directory.create(person({ lastLoginAt: seen.at }), { seen }));
  return [
    rule('the claims of the last sign-in are kept, until a later sign-in', async ({ directory }) => {
      const first = seenAt(FIRST_SIGN_IN);
      const user = await signedIn(directory, first);
      assert.deepEqual(await directory.findSeen(user), first);
      const renamed = written(await directory.update(user, { fullName: 'Ada King' }));
      assert.deepEqual(await directory.findSeen(renamed), first);
      const later = seenAt(LATER);
      const again = written(await directory.update(renamed, { lastLoginAt: later.at }, { seen: later }));
      assert.deepEqual(await directory.findSeen(again), later);
    }),
    rule('claims are kept whatever is known of them', async ({ directory }) => {
      const seen = seenAt(FIRST_SIGN_IN);
      const none = { ...seen, groups: [], appRoles: [] };
      const forms: readonly SeenClaims[] = [
        none,
        { ...none, verifiedDomain: undefined },
        { ...seen, groups: UNKNOWN },
        { ...seen, groups: { atLeast: [randomUUID()] }, appRoles: UNKNOWN },
        { ...none, appRoles: UNKNOWN },
        { ...seen, groups: UNKNOWN, appRoles: UNKNOWN, domainIsUncertain: true },
      ];
      const formOf = new Map<string, SeenClaims>();
      for (const form of forms) {
        const user = await signedIn(directory, form);
        formOf.set(user.id, form);
        assert.deepEqual(withoutUndefined(await directory.findSeen(user)), withoutUndefined(form));
      }
      for await (const some of directory.everybody())
        for (const { user, seen: kept } of some)
          assert.deepEqual(withoutUndefined(kept), withoutUndefined(formOf.get(user.id)));
    }),
    rule('no claims are known of a user who never signed in through a provider', async ({ directory }) => {
      for (const user of [person(), person(LOCAL)])
        assert.equal(await directory.findSeen(written(await directory.create(user))), undefined);
    }),
    rule('everybody is read, each with their claims', async ({ directory }) => {
      const seen = seenAt(FIRST_SIGN_IN);
      const expected = [
        { user: await signedIn(directory, seen), seen },
        { user: written(await directory.create(person())), seen: undefined },
      ];
      const known: KnownUser[] = [];
      for await (const some of directory.everybody()) known.push(...some);
      const inOrder = (all: readonly KnownUser[]) =>
        all.map(({ user, seen: claims }) => ({ user, seen: claims })).sort(byId);
      assert.deepEqual(inOrder(known), inOrder(expected));
    }),
    rule('a migration leaves what is in the present form, also the second time', async ({ directory }) => {
      const user = await signedIn(directory, seenAt(FIRST_SIGN_IN));
      const seen = await directory.findSeen(user);
      await directory.migrate();
      assert.equal(await directory.migrate(), 0);
      assert.deepEqual(await directory.find(user.id), user);
      assert.deepEqual(await directory.findSeen(user), seen);
    }),
  ];
}

function countRules(rule: Rule): readonly ContractCase[] {
  return [
    rule(
      'sign-ins before a time are counted, and users who never signed in are not',
      async ({ directory }) => {
        for (const lastLoginAt of [FIRST_SIGN_IN, LATER, null])
          written(await directory.create(person({ lastLoginAt })));
        assert.equal(await directory.countSignedInBefore(Date.parse(FIRST_SIGN_IN)), 0);
        assert.equal(await directory.countSignedInBefore(Date.parse(LATER)), 1);
        assert.equal(await directory.countSignedInBefore(Date.parse(LATER) + 1), 2);
      },
    ),
    rule('the users of each status are counted, through every change', async ({ directory }) => {
      const counts = () =>
        Promise.all(
          (['pending', 'rejected', 'disabled'] as const).map((status) => directory.countWithStatus(status)),
        );
      const first = written(await directory.create(person({ status: 'pending' })));
      for (const status of ['pending', 'active'] as const)
        written(await directory.create(person({ status })));
      assert.deepEqual(await counts(), [2, 0, 0]);
      const rejected = written(await directory.update(first, { status: 'rejected' }));
      assert.deepEqual(await counts(), [1, 1, 0]);
      assert.equal(await directory.delete(rejected), 'deleted');
      written(await directory.create(person({ status: 'disabled' })));
      assert.deepEqual(await counts(), [1, 0, 1]);
    }),
    rule('the users of each role are counted, through every change', async ({ directory }) => {
      const editor = { name: 'editor', origin: 'manual' } as const;
      const root = written(await directory.create(person({ roles: [...ADMIN, editor] })));
      written(await directory.create(person({ roles: [editor] })));
      assert.deepEqual(await roleCounts(directory), { editor: 2, platform_admin: 1 });
      const after = written(await directory.update(root, { roles: [editor] }));
      assert.deepEqual(await roleCounts(directory), { editor: 2 });
      assert.equal(await directory.delete(after), 'deleted');
      assert.deepEqual(await roleCounts(directory), { editor: 1 });
    }),
    rule(
      'users whose role or membership has ended are found, until it is taken away',
      async ({ directory }) => {
        const ends = { name: 'editor', origin: 'manual', until: FIRST_SIGN_IN } as const;
        const role = written(await directory.create(person({ roles: [ends] })));
        const member = written(
          await directory.create(person({ teams: [{ ...ends, name: randomUUID(), until: LATER }] })),
        );
        written(await directory.create(person({ roles: ADMIN })));
        const ended = async (time: string, limit = 10) =>
          (await directory.listEndedGrants(Date.parse(time), limit)).map(({ id }) => id).sort();
        assert.deepEqual(await ended('2026-02-28T00:00:00.000Z'), []);
        assert.deepEqual(await ended(FIRST_SIGN_IN), [role.id]);
        assert.deepEqual(await ended(LATER), [role.id, member.id].sort());
        assert.equal((await ended(LATER, 1)).length, 1);
        written(await directory.update(role, { roles: [] }));
        assert.deepEqual(await ended(LATER), [member.id]);
      },
    ),
  ];
}

/** A role without users may be missing from the counts, or have the count 0. */
async function roleCounts(directory: Directory): Promise<Readonly<Record<string, number>>> {
  const held = [...(await directory.countInRoles())].filter(([, count]) => count > 0);
  return Object.fromEntries(held);
}

function byId({ user: one }: KnownUser, { user: other }: KnownUser): number {
  return one.id < other.id ? -1 : 1;
}

/** A store may leave a member out, or give it as undefined. */
function withoutUndefined(claims: SeenClaims | undefined): unknown {
  return claims && JSON.parse(JSON.stringify(claims));
}
