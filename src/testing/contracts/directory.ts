import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { OpenDirectory } from '../../directory/directory.js';
import type { ContractCase } from './contract-case.js';
import { administratorRules } from './directory-administrators.js';
import { listRules } from './directory-lists.js';
import { recordRules } from './directory-records.js';
import {
  ADMIN,
  GIVEN_BY_GROUP,
  keyOf,
  LOCAL,
  person,
  type Rule,
  type World,
  worldOf,
  written,
} from './directory-world.js';
import { writeRules } from './directory-writes.js';

/**
 * The rules for a host app's own directory. `open` makes an empty one for each rule.
 *
 * ```ts
 * for (const { name, run } of directoryContract(openUsersTable)) test(name, run);
 * ```
 */
export function directoryContract(open: OpenDirectory): readonly ContractCase[] {
  return directoryRules(() => worldOf(open));
}

/** The same rules for a directory that records in another way than by its context. */
export function directoryRules(openWorld: () => World): readonly ContractCase[] {
  const rule: Rule = (name, check) => ({ name, run: async () => check(openWorld()) });
  return [
    ...findingRules(rule),
    ...writeRules(rule),
    ...administratorRules(rule),
    ...listRules(rule),
    ...recordRules(rule),
  ];
}

function findingRules(rule: Rule): readonly ContractCase[] {
  return [
    rule('a user is found by ID, identity and address, in any case', async ({ directory }) => {
      const newUser = person({
        email: 'Ada.Lovelace@acmecorp.com',
        fullName: 'Søren “Ж” O’Neill 🚀',
        roles: [...ADMIN, GIVEN_BY_GROUP],
        teams: [
          { name: randomUUID(), origin: 'manual' },
          { ...GIVEN_BY_GROUP, name: randomUUID() },
        ],
        lastLoginAt: '2026-03-01T08:00:00.123Z',
      });
      const ada = written(await directory.create(newUser));
      assert.deepEqual(ada, { ...newUser, version: 1 });
      assert.deepEqual(await directory.find(ada.id), ada);
      assert.deepEqual(await directory.findByIdentity(keyOf(ada)), ada);
      assert.deepEqual(await directory.findByEmail('ADA.lovelace@ACMECORP.com'), ada);
      assert.equal(await directory.count(), 1);
    }),
    rule('a local account is kept, without an identity', async ({ directory }) => {
      const root = written(await directory.create(person({ ...LOCAL, email: 'root@acmecorp.com' })));
      assert.deepEqual(await directory.find(root.id), root);
      const { provider, providerId, providerScope, lastLoginAt } = root;
      assert.deepEqual({ provider, providerId, providerScope, lastLoginAt }, { ...LOCAL, lastLoginAt: null });
    }),
    rule('nobody is found by what no user has', async ({ directory }) => {
      written(await directory.create(person({ email: 'ada@acmecorp.com' })));
      for (const id of [randomUUID(), '', 'no uuid']) assert.equal(await directory.find(id), undefined);
      for (const email of ['ada@acmecorp.co', 'ada@acmecorp.com.au', ''])
        assert.equal(await directory.findByEmail(email), undefined);
      assert.equal(await directory.findByIdentity(keyOf(person())), undefined);
    }),
    rule('one ID in two scopes of a provider is two people', async ({ directory }) => {
      const one = written(await directory.create(person()));
      const { providerId } = one;
      const other = written(
        await directory.create(person({ providerId, providerScope: 'https://other.example' })),
      );
      assert.deepEqual(await directory.findByIdentity(keyOf(one)), one);
      assert.deepEqual(await directory.findByIdentity(keyOf(other)), other);
    }),
  ];
}
