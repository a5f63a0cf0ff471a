import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { OpenDirectory } from '../../directory/directory.js';
import type { ContractCase } from './contract-case.js';
import { recordRules } from './directory-records.js';
import { ADMIN, happening, keyOf, person, type Rule, worldOf, written } from './directory-world.js';

const CONCURRENT = 100;

/**
 * The rules for a host app's own directory. `open` makes an empty one for each rule.
 *
 * ```ts
 * for (const { name, run } of directoryContract(openUsersTable)) test(name, run);
 * ```
 */
export function directoryContract(open: OpenDirectory): readonly ContractCase[] {
  const rule: Rule = (name, check) => ({ name, run: () => check(worldOf(open)) });
  return [
    rule('a user is found by ID, identity and address, in any case', async ({ directory }) => {
      const ada = written(await directory.create(person({ email: 'Ada@acmecorp.com' })));
      assert.equal(ada.version, 1);
      assert.deepEqual(await directory.find(ada.id), ada);
      assert.deepEqual(await directory.findByIdentity(keyOf(ada)), ada);
      assert.deepEqual(await directory.findByEmail('aDA@acmecorp.com'), ada);
      assert.equal(await directory.find(randomUUID()), undefined);
    }),
    rule('two users share neither an address nor an identity', async ({ directory }) => {
      const ada = written(await directory.create(person({ email: 'ada@acmecorp.com' })));
      assert.deepEqual(await directory.create(person({ email: 'ADA@acmecorp.com' })), {
        conflict: 'email_taken',
      });
      assert.deepEqual(await directory.create(person(keyOf(ada))), { conflict: 'identity_taken' });
      assert.equal(await directory.count(), 1);
    }),
    rule(`${CONCURRENT} first sign-ins at once leave one user`, async ({ directory, recorded }) => {
      const key = keyOf(person());
      const create = () =>
        directory.create(person({ ...key, email: 'ada@acmecorp.com' }), { events: [happening] });
      const outcomes = await Promise.all(Array.from({ length: CONCURRENT }, create));
      assert.equal(outcomes.filter((outcome) => 'user' in outcome).length, 1);
      assert.equal(await directory.count(), 1);
      assert.equal(recorded.length, 1);
    }),
    rule('a change names the version that it was decided on', async ({ directory }) => {
      const ada = written(await directory.create(person()));
      const outcomes = await Promise.all([
        directory.update(ada, { fullName: 'Ada King' }),
        directory.update(ada, { fullName: 'Ada Lovelace' }),
      ]);
      assert.equal(
        outcomes.filter((outcome) => 'conflict' in outcome && outcome.conflict === 'stale').length,
        1,
      );
      const now = await directory.find(ada.id);
      assert.equal(now?.version, 2);
      assert.equal(await directory.delete(ada), 'stale');
    }),
    rule('an address that was given up is free for another user', async ({ directory }) => {
      const ada = written(await directory.create(person({ email: 'ada@acmecorp.com' })));
      written(await directory.update(ada, { email: 'king@acmecorp.com' }));
      assert.equal(await directory.findByEmail('ada@acmecorp.com'), undefined);
      written(await directory.create(person({ email: 'ada@acmecorp.com' })));
    }),
    rule('an unconfirmed address finds nobody, and keeps nobody from it', async ({ directory }) => {
      const emailDoubt = { since: '2026-01-01T00:00:00.000Z', reason: 'unverified', other: null } as const;
      written(await directory.create(person({ email: 'ada@acmecorp.com', emailDoubt })));
      assert.equal(await directory.findByEmail('ada@acmecorp.com'), undefined);
      written(await directory.create(person({ email: 'ada@acmecorp.com' })));
    }),
    rule('events are recorded with the write, and not for a conflict', async ({ directory, recorded }) => {
      const ada = written(await directory.create(person(), { events: [happening] }));
      written(await directory.update(ada, { fullName: 'Ada King' }, { events: [happening] }));
      assert.equal(recorded.length, 2);
      await directory.update(ada, { fullName: 'Late' }, { events: [happening] });
      await directory.delete(ada, { events: [happening] });
      assert.equal(recorded.length, 2);
    }),
    rule('nothing is written if the events can’t be recorded', async (world) => {
      const { directory } = world;
      const ada = written(await directory.create(person()));
      world.breakRecording();
      const events = [happening];
      await assert.rejects(directory.create(person(), { events }));
      await assert.rejects(directory.update(ada, { fullName: 'Ada King' }, { events }));
      await assert.rejects(directory.delete(ada, { events }));
      assert.equal(await directory.count(), 1);
      assert.deepEqual(await directory.find(ada.id), ada);
    }),
    rule('the last administrator stays if the caller says so', async ({ directory, recorded }) => {
      const root = written(await directory.create(person({ roles: ADMIN })));
      assert.equal(await directory.hasAdmin(), true);
      assert.equal(await directory.isLastAdmin(root), true);
      const kept = { keepAnAdmin: true };
      assert.deepEqual(await directory.update(root, { roles: [] }, kept), { conflict: 'last_admin' });
      assert.deepEqual(await directory.update(root, { status: 'disabled' }, kept), {
        conflict: 'last_admin',
      });
      assert.equal(await directory.delete(root, kept), 'last_admin');
      const outcome = await directory.update(root, { roles: [] }, { ifLastAdmin: [happening] });
      assert.equal('user' in outcome && outcome.tookLastAdmin, true);
      assert.equal(recorded.length, 1);
      assert.equal(await directory.hasAdmin(), false);
    }),
    rule('of two administrators who take the role from each other, one stays', async ({ directory }) => {
      const [one, other] = [
        written(await directory.create(person({ roles: ADMIN }))),
        written(await directory.create(person({ roles: ADMIN }))),
      ];
      const kept = { keepAnAdmin: true };
      await Promise.all([one, other].map((user) => directory.update(user, { roles: [] }, kept)));
      assert.equal(await directory.hasAdmin(), true);
    }),
    rule('a password hash goes with its user, and counts as a way in', async ({ directory }) => {
      const local = { provider: 'local', providerId: null, providerScope: null };
      const root = written(
        await directory.create(person({ ...local, roles: ADMIN }), { passwordHash: 'hash 1' }),
      );
      assert.equal(await directory.findPasswordHash(root.id), 'hash 1');
      assert.equal(await directory.hasAdmin(), true);
      await directory.setPasswordHash(root.id, 'hash 2');
      assert.equal(await directory.findPasswordHash(root.id), 'hash 2');
      assert.equal(await directory.delete(root), 'deleted');
      assert.equal(await directory.findPasswordHash(root.id), undefined);
    }),
    rule('an account that was added ahead is merged in the same step', async ({ directory }) => {
      const ada = written(await directory.create(person({ email: 'ada@newco.example' })));
      const ahead = written(
        await directory.create(person({ email: 'ada@acmecorp.com', providerId: null, providerScope: null })),
      );
      const after = written(await directory.update(ada, { email: ahead.email }, { merges: ahead }));
      assert.equal(await directory.find(ahead.id), undefined);
      assert.deepEqual(await directory.findByEmail('ada@acmecorp.com'), after);
    }),
    rule('pages go through all users in order, forwards and back', async ({ directory }) => {
      const emails = Array.from({ length: 7 }, (_, index) => `user-${index}@acmecorp.com`);
      for (const email of emails.toReversed()) written(await directory.create(person({ email })));
      const query = { sort: 'email', descending: false, limit: 3 } as const;
      const seen: string[] = [];
      let page = await directory.list(query);
      for (;;) {
        seen.push(...page.users.map(({ email }) => email));
        if (page.next === null) break;
        page = await directory.list({ ...query, cursor: { direction: 'after', position: page.next } });
      }
      assert.deepEqual(seen, emails);
      const position = page.previous ?? assert.fail('the last page has one before it');
      const back = await directory.list({ ...query, cursor: { direction: 'before', position } });
      assert.deepEqual(
        back.users.map(({ email }) => email),
        emails.slice(3, 6),
      );
    }),
    rule('a search goes by name, role, team and status', async ({ directory }) => {
      const team = randomUUID();
      const teams = [{ name: team, origin: 'manual' }] as const;
      const ada = written(await directory.create(person({ fullName: 'Ada Lovelace', teams })));
      const root = written(await directory.create(person({ fullName: 'Émile Root', roles: ADMIN })));
      const off = written(await directory.create(person({ status: 'disabled' })));
      const found = async (query: object) => {
        const { users } = await directory.list({ sort: 'email', descending: false, limit: 10, ...query });
        return users.map(({ id }) => id);
      };
      assert.deepEqual(await found({ q: 'ada l' }), [ada.id]);
      assert.deepEqual(await found({ q: 'emile' }), [root.id]);
      assert.deepEqual(await found({ role: 'platform_admin' }), [root.id]);
      assert.deepEqual(await found({ team }), [ada.id]);
      assert.deepEqual(await found({ status: 'disabled' }), [off.id]);
      assert.equal(await directory.countWithStatus('disabled'), 1);
      assert.equal((await directory.countInTeams([team])).get(team), 1);
    }),
    ...recordRules(rule),
  ];
}
