import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { ContractCase } from './contract-case.js';
import {
  ADMIN,
  conflictsOf,
  GIVEN_BY_GROUP,
  happening,
  keyOf,
  LOCAL,
  listAll,
  person,
  type Rule,
  written,
} from './directory-world.js';

const ROUNDS = 50;
const kept = { keepAnAdmin: true };

/** The rules for the last administrator, and for the passwords of local accounts. */
export function administratorRules(rule: Rule): readonly ContractCase[] {
  return [...lastOneRules(rule), ...passwordRules(rule)];
}

function lastOneRules(rule: Rule): readonly ContractCase[] {
  return [
    rule('the last administrator stays if the caller says so', async ({ countRecorded, directory }) => {
      const root = written(await directory.create(person({ roles: [...ADMIN, GIVEN_BY_GROUP] })));
      written(await directory.create(person({ roles: ADMIN, status: 'disabled' })));
      assert.equal(await directory.hasAdmin(), true);
      assert.equal(await directory.isLastAdmin(root), true);
      for (const changes of [{ roles: [] }, { roles: [GIVEN_BY_GROUP] }, { status: 'disabled' }] as const)
        assert.deepEqual(await directory.update(root, changes, kept), { conflict: 'last_admin' });
      assert.equal(await directory.delete(root, kept), 'last_admin');
      assert.deepEqual(await directory.find(root.id), root);
      const outcome = await directory.update(root, { roles: [] }, { ifLastAdmin: [happening] });
      assert.equal('user' in outcome && outcome.tookLastAdmin, true);
      assert.equal(await countRecorded(), 1);
      assert.equal(await directory.hasAdmin(), false);
    }),
    rule('the last administrator changes in every other way', async ({ directory }) => {
      const root = written(await directory.create(person({ roles: ADMIN })));
      const roles = [{ ...GIVEN_BY_GROUP, name: 'platform_admin' }];
      written(await directory.update(root, { fullName: 'Ada', roles }, kept));
    }),
    rule('an administrator beside another one may go, and so may anybody else', async ({ directory }) => {
      const root = written(await directory.create(person({ roles: ADMIN })));
      const viewer = written(await directory.create(person({ roles: [GIVEN_BY_GROUP] })));
      written(await directory.update(viewer, { status: 'disabled' }, kept));
      const other = written(await directory.create(person()));
      const second = written(await directory.update(other, { roles: ADMIN }));
      const disabled = written(await directory.update(root, { status: 'disabled' }, kept));
      written(await directory.update(disabled, { status: 'active' }));
      assert.equal(await directory.delete(second, kept), 'deleted');
    }),
    rule('of the last two administrators who go at once, one stays', async ({ directory }) => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const [one, other] = [
          written(await directory.create(person({ roles: ADMIN }))),
          written(await directory.create(person({ roles: ADMIN }))),
        ];
        const outcomes = await Promise.all([
          directory.update(one, { roles: [] }, kept),
          directory.update(other, round % 2 === 0 ? { roles: [] } : { status: 'disabled' }, kept),
        ]);
        assert.deepEqual(conflictsOf(outcomes), ['last_admin']);
        assert.equal(await directory.hasAdmin(), true);
        for (const user of await listAll(directory)) assert.equal(await directory.delete(user), 'deleted');
      }
    }),
  ];
}

function passwordRules(rule: Rule): readonly ContractCase[] {
  return [
    rule('a password hash is kept apart from its user, and counts as a way in', async ({ directory }) => {
      const outcome = await directory.create(person({ ...LOCAL, roles: ADMIN }), { passwordHash: 'hash 1' });
      const root = written(outcome);
      assert.equal(await directory.findPasswordHash(root.id), 'hash 1');
      assert.equal(await directory.hasAdmin(), true);
      const read = [outcome, await directory.find(root.id), await listAll(directory)];
      assert.ok(!JSON.stringify(read).includes('hash 1'));
      assert.equal(await directory.delete(root), 'deleted');
      assert.equal(await directory.findPasswordHash(root.id), undefined);
    }),
    rule('a password hash is replaced where there is one', async ({ directory }) => {
      const root = written(await directory.create(person(LOCAL), { passwordHash: 'hash 1' }));
      const other = written(await directory.create(person()));
      await directory.setPasswordHash(root.id, 'hash 2');
      await directory.setPasswordHash(other.id, 'hash 3');
      assert.equal(await directory.findPasswordHash(root.id), 'hash 2');
      assert.equal(await directory.findPasswordHash(other.id), undefined);
      assert.equal(await directory.findPasswordHash(randomUUID()), undefined);
    }),
    rule('a password hash isn’t kept for an account that wasn’t created', async ({ directory }) => {
      const { email } = written(await directory.create(person()));
      const refused = person({ ...LOCAL, email });
      assert.deepEqual(await directory.create(refused, { passwordHash: 'hash' }), {
        conflict: 'email_taken',
      });
      assert.equal(await directory.findPasswordHash(refused.id), undefined);
    }),
    rule(
      'a password hash goes when its account is a provider’s, and not by another change',
      async ({ directory }) => {
        const root = written(await directory.create(person(LOCAL), { passwordHash: 'hash' }));
        const renamed = written(await directory.update(root, { fullName: 'Still Local' }));
        assert.equal(await directory.findPasswordHash(root.id), 'hash');
        written(await directory.update(renamed, keyOf(person())));
        assert.equal(await directory.findPasswordHash(root.id), undefined);
      },
    ),
  ];
}
