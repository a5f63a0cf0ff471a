import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { ContractCase } from './contract-case.js';
import {
  ADMIN,
  conflictsOf,
  GIVEN_BY_GROUP,
  happening,
  keyOf,
  listAll,
  NO_IDENTITY,
  person,
  type Rule,
  written,
} from './directory-world.js';

const FIRST_SIGN_INS = 100;
const CHANGES = 20;
const ROUNDS = 20;

/** The rules for creating, changing and deleting users, also at the same moment. */
export function writeRules(rule: Rule): readonly ContractCase[] {
  return [
    ...creationRules(rule),
    ...changeRules(rule),
    ...emailRules(rule),
    ...identityRules(rule),
    ...deletionRules(rule),
    ...eventRules(rule),
  ];
}

function creationRules(rule: Rule): readonly ContractCase[] {
  return [
    rule('two users share neither an address nor an identity', async ({ directory }) => {
      const ada = written(await directory.create(person({ email: 'ada@acmecorp.com' })));
      assert.deepEqual(await directory.create(person({ email: 'ADA@acmecorp.com' })), {
        conflict: 'email_taken',
      });
      const twin = person(keyOf(ada));
      assert.deepEqual(await directory.create(twin), { conflict: 'identity_taken' });
      assert.equal(await directory.find(twin.id), undefined);
      assert.equal(await directory.findByEmail(twin.email), undefined);
      assert.equal(await directory.count(), 1);
    }),
    rule(`${FIRST_SIGN_INS} first sign-ins at once leave one user`, async ({ directory, countRecorded }) => {
      const key = keyOf(person());
      const create = () =>
        directory.create(person({ ...key, email: 'ada@acmecorp.com' }), { events: [happening] });
      const outcomes = await Promise.all(Array.from({ length: FIRST_SIGN_INS }, create));
      assert.equal(conflictsOf(outcomes).length, FIRST_SIGN_INS - 1);
      assert.equal(await directory.count(), 1);
      assert.deepEqual(
        (await listAll(directory)).map(({ email }) => email),
        ['ada@acmecorp.com'],
      );
      assert.equal(await countRecorded(), 1);
    }),
    rule('of two new users with one address at once, one gets it', async ({ directory }) => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const email = `round-${round}@acmecorp.com`;
        const outcomes = await Promise.all(
          [email, email.toUpperCase()].map((written) => directory.create(person({ email: written }))),
        );
        assert.deepEqual(conflictsOf(outcomes), ['email_taken']);
      }
      assert.equal(await directory.count(), ROUNDS);
    }),
  ];
}

function changeRules(rule: Rule): readonly ContractCase[] {
  return [
    rule('a change is kept, and counts the version', async ({ directory }) => {
      const user = written(await directory.create(person()));
      const changes = {
        decision: { at: '2026-02-02T00:00:00.000Z', by: 'grace@acmecorp.com', reason: 'Not ours' },
        fullName: 'Ada King',
        status: 'rejected',
        roles: ADMIN,
        teams: [{ ...GIVEN_BY_GROUP, name: randomUUID() }],
        lastLoginAt: '2026-05-05T05:05:05.555Z',
      } as const;
      const after = written(await directory.update(user, changes));
      assert.deepEqual(after, { ...user, ...changes, version: 2 });
      assert.deepEqual(await directory.find(user.id), after);
    }),
    rule('a change names the version that it was decided on', async ({ directory }) => {
      const ada = written(await directory.create(person()));
      const outcomes = await Promise.all(
        Array.from({ length: CHANGES }, (_, index) => directory.update(ada, { fullName: `Name ${index}` })),
      );
      assert.deepEqual(
        conflictsOf(outcomes),
        Array.from({ length: CHANGES - 1 }, () => 'stale'),
      );
      assert.deepEqual(await directory.update(ada, { fullName: 'Late' }), { conflict: 'stale' });
      const now = await directory.find(ada.id);
      assert.equal(now?.version, 2);
      assert.notEqual(now.fullName, 'Late');
      assert.deepEqual(await listAll(directory, { sort: 'full_name' }), [now]);
      assert.deepEqual(await directory.update({ ...person(), version: 1 }, {}), { conflict: 'stale' });
    }),
  ];
}

function emailRules(rule: Rule): readonly ContractCase[] {
  return [
    rule('an address that was given up is free for another user', async ({ directory }) => {
      const ada = written(await directory.create(person({ email: 'ada@acmecorp.com' })));
      const king = written(await directory.update(ada, { email: 'king@acmecorp.com' }));
      assert.equal(await directory.findByEmail('ada@acmecorp.com'), undefined);
      assert.deepEqual(await directory.findByEmail('king@acmecorp.com'), king);
      written(await directory.create(person({ email: 'ada@acmecorp.com' })));
      assert.deepEqual(await directory.create(person({ email: 'king@acmecorp.com' })), {
        conflict: 'email_taken',
      });
    }),
    rule('an address in other letters stays its user’s', async ({ directory }) => {
      const ada = written(await directory.create(person({ email: 'ada@acmecorp.com' })));
      const after = written(await directory.update(ada, { email: 'Ada@acmecorp.com' }));
      assert.equal(after.email, 'Ada@acmecorp.com');
    }),
    rule('a change to another user’s address changes nothing', async ({ directory }) => {
      written(await directory.create(person({ email: 'ada@acmecorp.com' })));
      const grace = written(await directory.create(person({ email: 'grace@acmecorp.com' })));
      assert.deepEqual(await directory.update(grace, { email: 'ADA@acmecorp.com', fullName: 'Another' }), {
        conflict: 'email_taken',
      });
      assert.deepEqual(await directory.find(grace.id), grace);
    }),
    rule('of two users who change to one address at once, one gets it', async ({ directory }) => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const pair = [written(await directory.create(person())), written(await directory.create(person()))];
        const email = `round-${round}@acmecorp.com`;
        const outcomes = await Promise.all(pair.map((user) => directory.update(user, { email })));
        assert.deepEqual(conflictsOf(outcomes), ['email_taken']);
      }
    }),
    rule('an unconfirmed address finds nobody, and keeps nobody from it', async ({ directory }) => {
      const emailDoubt = { since: '2026-01-01T00:00:00.000Z', reason: 'unverified', other: null } as const;
      written(await directory.create(person({ email: 'ada@acmecorp.com', emailDoubt })));
      assert.equal(await directory.findByEmail('ada@acmecorp.com'), undefined);
      written(await directory.create(person({ email: 'ada@acmecorp.com' })));
    }),
  ];
}

function identityRules(rule: Rule): readonly ContractCase[] {
  return [
    rule('an account that was added ahead is claimed for an identity, once', async ({ directory }) => {
      const ahead = written(await directory.create(person(NO_IDENTITY)));
      const identity = keyOf(person());
      const claimed = written(await directory.update(ahead, identity));
      assert.deepEqual(await directory.findByIdentity(identity), claimed);
      const other = written(await directory.create(person(NO_IDENTITY)));
      assert.deepEqual(await directory.update(other, identity), { conflict: 'identity_taken' });
    }),
    rule('an identity that was given up is free for another user', async ({ directory }) => {
      const user = written(await directory.create(person()));
      written(await directory.update(user, { providerId: randomUUID() }));
      assert.equal(await directory.findByIdentity(keyOf(user)), undefined);
      written(await directory.create(person(keyOf(user))));
    }),
    rule('an account that was added ahead is merged in the same step', async ({ directory }) => {
      const ada = written(await directory.create(person({ email: 'ada@newco.example' })));
      const ahead = written(await directory.create(person({ email: 'ada@acmecorp.com', ...NO_IDENTITY })));
      const after = written(await directory.update(ada, { email: ahead.email }, { merges: ahead }));
      assert.equal(await directory.find(ahead.id), undefined);
      assert.deepEqual(await directory.findByEmail('ada@acmecorp.com'), after);
    }),
  ];
}

function deletionRules(rule: Rule): readonly ContractCase[] {
  return [
    rule('a deleted user is nowhere, and leaves address and identity to others', async ({ directory }) => {
      const team = randomUUID();
      const teams = [{ name: team, origin: 'manual' }] as const;
      const user = written(await directory.create(person({ roles: ADMIN, teams, status: 'disabled' })));
      assert.equal(await directory.delete(user), 'deleted');
      assert.equal(await directory.find(user.id), undefined);
      assert.equal(await directory.count(), 0);
      for (const filter of [{}, { role: 'platform_admin' }, { team }, { status: 'disabled' }] as const)
        assert.deepEqual(await listAll(directory, filter), []);
      written(await directory.create(person({ ...keyOf(user), email: user.email })));
    }),
    rule('a deletion names the version that it was decided on', async ({ directory }) => {
      const user = written(await directory.create(person()));
      const after = written(await directory.update(user, { fullName: 'First' }));
      assert.equal(await directory.delete(user), 'stale');
      assert.equal(await directory.delete(after), 'deleted');
      assert.equal(await directory.delete(after), 'stale');
    }),
  ];
}

function eventRules(rule: Rule): readonly ContractCase[] {
  return [
    rule(
      'events are recorded with the write, and not for a conflict',
      async ({ countRecorded, directory }) => {
        const ada = written(await directory.create(person(), { events: [happening] }));
        written(await directory.update(ada, { fullName: 'Ada King' }, { events: [happening] }));
        assert.equal(await countRecorded(), 2);
        await directory.update(ada, { fullName: 'Late' }, { events: [happening] });
        await directory.delete(ada, { events: [happening] });
        assert.equal(await countRecorded(), 2);
      },
    ),
    rule('nothing is written if the events can’t be recorded', async ({ breakRecording, directory }) => {
      const ada = written(await directory.create(person()));
      await breakRecording();
      const events = [happening];
      await assert.rejects(directory.create(person(), { events }));
      await assert.rejects(directory.update(ada, { fullName: 'Ada King' }, { events }));
      await assert.rejects(directory.delete(ada, { events }));
      assert.equal(await directory.count(), 1);
      assert.deepEqual(await directory.find(ada.id), ada);
    }),
  ];
}
