import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Directory, NewUser, SortKey, User, UserQuery } from '../../directory/directory.js';
import type { ContractCase } from './contract-case.js';
import {
  ADMIN,
  keyOf,
  LOCAL,
  listAll,
  numberedPerson,
  pagesOf,
  person,
  type Rule,
  written,
} from './directory-world.js';

const SORT_KEYS: readonly SortKey[] = ['email', 'full_name', 'created_at', 'last_login_at'];
const ORDERS = SORT_KEYS.flatMap((sort) => [false, true].map((descending) => ({ sort, descending })));
const EDITOR = [{ name: 'editor', origin: 'manual' }] as const;
/** A number of users that isn't a multiple of the page's, so that the last page is short. */
const USERS = 23;
const PAGE = 5;

/** The rules for pages, orders, searches and filters of the list of users. */
export function listRules(rule: Rule): readonly ContractCase[] {
  return [...pageRules(rule), ...orderRules(rule), ...searchRules(rule)];
}

function pageRules(rule: Rule): readonly ContractCase[] {
  return [
    rule('an empty directory has one empty page', async ({ directory }) => {
      const page = await directory.list({ sort: 'email', descending: false, limit: 50 });
      assert.deepEqual(page, { users: [], next: null, previous: null });
    }),
    rule('pages go through all users once, forwards and back, in every order', async ({ directory }) => {
      const people = await createNumbered(directory, USERS);
      for (const order of ORDERS) {
        const query = { ...order, limit: PAGE };
        const forwards = await pagesOf(directory, query);
        const ids = idsOf(forwards.flatMap(({ users }) => users));
        assert.deepEqual(ids.toSorted(), idsOf(people).toSorted());
        assert.equal(forwards[0]?.previous, null);
        const last = forwards.at(-1) ?? assert.fail('there is a page');
        const position = last.previous ?? assert.fail('the last page has one before it');
        const back = await pagesOf(
          directory,
          { ...query, cursor: { direction: 'before', position } },
          'before',
        );
        const idsBack = idsOf(back.toReversed().flatMap(({ users }) => users));
        assert.deepEqual(idsBack, ids.slice(0, ids.length - last.users.length));
      }
    }),
    rule('a page continues where it was, though its last user has moved away', async ({ directory }) => {
      const people = await createNumbered(directory, 6);
      const query = { sort: 'email', descending: false, limit: 3 } as const;
      const [first] = await pagesOf(directory, query);
      const atCursor = first?.users.at(-1);
      if (!first?.next || atCursor === undefined) return assert.fail('there is another page');
      written(await directory.update(atCursor, { email: 'aaa@acmecorp.com' }));
      const rest = await listAll(directory, {
        limit: 3,
        cursor: { direction: 'after', position: first.next },
      });
      const behind = people.filter(({ email }) => email > atCursor.email);
      assert.deepEqual(idsOf(rest), idsOf(behind));
    }),
  ];
}

function orderRules(rule: Rule): readonly ContractCase[] {
  return [
    rule('users are listed in every order that is asked for', async ({ directory }) => {
      await createNumbered(directory, USERS);
      for (const { descending, sort } of ORDERS) {
        const values = (await listAll(directory, { sort, descending })).map((user) => sortValue(user, sort));
        const expected = values.toSorted();
        assert.deepEqual(values, descending ? expected.toReversed() : expected);
      }
    }),
    rule('users who never signed in are the oldest by sign-in', async ({ directory }) => {
      const [early, never, late] = [
        written(await directory.create(person({ lastLoginAt: '2026-01-01T00:00:00.000Z' }))),
        written(await directory.create(person({ lastLoginAt: null }))),
        written(await directory.create(person({ lastLoginAt: '2026-02-01T00:00:00.000Z' }))),
      ];
      const sort = 'last_login_at';
      assert.deepEqual(await listAll(directory, { sort }), [never, early, late]);
      assert.deepEqual(await listAll(directory, { sort, descending: true }), [late, early, never]);
    }),
    rule('a user is listed once, where they are after a change', async ({ directory }) => {
      const ada = written(await directory.create(person({ fullName: 'Ada', email: 'z@acmecorp.com' })));
      const bob = written(await directory.create(person({ fullName: 'Bob', email: 'b@acmecorp.com' })));
      const lastLoginAt = '2026-04-01T00:00:00.000Z';
      written(await directory.update(ada, { fullName: 'Zoe', email: 'a@acmecorp.com', lastLoginAt }));
      const listed = async (sort: SortKey) => idsOf(await listAll(directory, { sort }));
      assert.deepEqual(await listed('full_name'), [bob.id, ada.id]);
      assert.deepEqual(await listed('email'), [ada.id, bob.id]);
      assert.deepEqual(await listed('last_login_at'), [bob.id, ada.id]);
    }),
  ];
}

function searchRules(rule: Rule): readonly ContractCase[] {
  const searching = (directory: Directory) => async (query: Partial<UserQuery>) =>
    idsOf(await listAll(directory, query));
  return [
    rule('a search goes by the beginnings of words and of the address', async ({ directory }) => {
      const ada = written(
        await directory.create(person({ email: 'a1@acmecorp.com', fullName: 'Ada Lovelace' })),
      );
      const root = written(
        await directory.create(person({ email: 'o%brien@acmecorp.com', fullName: 'Émile Root' })),
      );
      const found = searching(directory);
      for (const q of ['ada l', 'ADA', 'lovelace ada', 'a1@'])
        assert.deepEqual(await found({ q }), [ada.id], q);
      for (const q of ['emile', 'émi', 'o%']) assert.deepEqual(await found({ q }), [root.id], q);
      for (const q of ['velace', 'acmecorp', '%', '_']) assert.deepEqual(await found({ q }), [], q);
      assert.deepEqual(await found({ q: '' }), [ada.id, root.id]);
    }),
    rule('a list goes by provider, role, team and status, and by all of them', async ({ directory }) => {
      const team = randomUUID();
      const teams = [{ name: team, origin: 'manual' }] as const;
      const create = async (changes: Partial<NewUser>) => written(await directory.create(person(changes)));
      const ada = await create({ email: 'ada@acmecorp.com', roles: ADMIN, teams });
      const bob = await create({ email: 'bob@acmecorp.com', roles: EDITOR, status: 'disabled' });
      const cat = await create({ ...LOCAL, email: 'cat@acmecorp.com', roles: [...EDITOR, ...ADMIN] });
      const dan = await create({ email: 'dan@acmecorp.com' });
      const found = searching(directory);
      assert.deepEqual(await found({ provider: 'contract' }), [ada.id, bob.id, dan.id]);
      assert.deepEqual(await found({ provider: 'local' }), [cat.id]);
      assert.deepEqual(await found({ role: 'platform_admin' }), [ada.id, cat.id]);
      assert.deepEqual(await found({ role: 'editor' }), [bob.id, cat.id]);
      assert.deepEqual(await found({ role: 'unheard_of' }), []);
      assert.deepEqual(await found({ team }), [ada.id]);
      assert.deepEqual(await found({ status: 'active' }), [ada.id, cat.id, dan.id]);
      assert.deepEqual(await found({ status: 'disabled' }), [bob.id]);
      assert.deepEqual(await found({ role: 'editor', provider: 'local', status: 'active' }), [cat.id]);
      assert.deepEqual(await found({ role: 'platform_admin', provider: 'contract', status: 'disabled' }), []);
      assert.equal((await directory.countInTeams([team])).get(team), 1);
    }),
    rule('a list follows a change of role, status and provider', async ({ directory }) => {
      const user = written(await directory.create(person({ ...LOCAL, roles: EDITOR })));
      written(await directory.update(user, { ...keyOf(person()), roles: ADMIN, status: 'disabled' }));
      const found = searching(directory);
      for (const filter of [{ provider: 'local' }, { role: 'editor' }, { status: 'active' }] as const)
        assert.deepEqual(await found(filter), []);
      const filter = { provider: 'contract', role: 'platform_admin', status: 'disabled' } as const;
      assert.deepEqual(await found(filter), [user.id]);
    }),
  ];
}

/** People in the order of their addresses, but not created in that order. */
async function createNumbered(directory: Directory, count: number): Promise<readonly User[]> {
  const people: User[] = [];
  for (let place = 0; place < count; place += 1) {
    // Seven has no divisor in common with the counts, so each number is met once.
    const number = (place * 7) % count;
    people[number] = written(await directory.create(numberedPerson(number)));
  }
  return people;
}

function sortValue(user: User, sort: SortKey): string {
  if (sort === 'email') return user.email;
  if (sort === 'full_name') return user.fullName;
  return sort === 'created_at' ? user.createdAt : (user.lastLoginAt ?? '');
}

function idsOf(users: readonly User[]): readonly string[] {
  return users.map(({ id }) => id);
}
