import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import type { User } from '#entrance/directory/directory.js';
import { PLATFORM_ADMIN } from '#entrance/identity/roles.js';
import { scopes } from '#entrance/tokens/api-token.js';
import { documentOf } from '../support/api-document.js';
import { startTestEntrance, storeKinds, type TestEntrance } from '../support/entrance.js';

const ALL_BUT = scopes.filter((scope) => scope !== '*' && scope !== 'admins:write');
const METHODS = ['post', 'put', 'patch', 'delete'] as const;

const bySingleSignOn = {
  name: PLATFORM_ADMIN,
  origin: 'sso',
  sources: [{ kind: 'app_role', value: PLATFORM_ADMIN }],
  confirmedAt: '2026-01-01T00:00:00.000Z',
} as const;
const byHand = { name: PLATFORM_ADMIN, origin: 'manual' } as const;
const administrators: readonly (Partial<User> & { readonly name: string })[] = [
  { name: 'is active', status: 'active', roles: [byHand] },
  { name: 'is disabled', status: 'disabled', roles: [byHand] },
  { name: 'waits for approval', status: 'pending', roles: [bySingleSignOn] },
  { name: 'was rejected', status: 'rejected', roles: [bySingleSignOn] },
];

describe.each(storeKinds)('changing administrators by token, on %s', (store) => {
  let entrance: TestEntrance;
  let without: string;
  let withIt: string;
  let team: string;
  beforeAll(async () => {
    entrance = await startTestEntrance({ store });
    without = await entrance.token(...ALL_BUT);
    withIt = await entrance.token(...ALL_BUT, 'admins:write');
    const made = await send(without, 'post', '/auth/teams').send({ name: 'Blue' }).expect(201);
    team = made.body.id;
  });
  afterAll(() => entrance.close());

  const send = (token: string, method: (typeof METHODS)[number], path: string) =>
    request(entrance.app)[method](path).set('Authorization', `Bearer ${token}`);

  /** Every operation that changes a user who is named in its path. */
  const operations = () =>
    Object.entries(documentOf(entrance.deps).paths)
      .filter(([path]) => path.startsWith('/auth/users/{id}') || path.includes('{user}'))
      .flatMap(([path, item]) =>
        METHODS.filter((method) => method in item).map((method) => ({ path, method })),
      );

  test('there are the operations that there were, and the document says of each what it needs', () => {
    const document = documentOf(entrance.deps);
    expect(operations().map(({ path, method }) => `${method} ${path}`)).toEqual([
      'patch /auth/users/{id}',
      'delete /auth/users/{id}',
      'put /auth/users/{id}/roles/{role}',
      'delete /auth/users/{id}/identity',
      'post /auth/users/{id}/approve',
      'post /auth/users/{id}/reject',
      'delete /auth/users/{id}/sessions',
      'delete /auth/users/{id}/sessions/{session}',
      'put /auth/teams/{id}/members/{user}',
      'delete /auth/teams/{id}/members/{user}',
    ]);
    for (const { path, method } of operations())
      expect([path, JSON.stringify(document.paths[path]?.[method])]).toEqual([
        path,
        expect.stringContaining('admins:write'),
      ]);
  });

  test.each(administrators)(
    'who $name is changed by no operation without admins:write',
    async ({ name: _, ...is }) => {
      for (const { path, method } of operations()) {
        const user = await entrance.addUser(is);
        const at = path
          .replace('/users/{id}', `/users/${user.id}`)
          .replace('{id}', team)
          .replace('{user}', user.id)
          .replace('{role}', 'developer')
          .replace('{session}', 'some-session');
        const body = method === 'patch' ? { full_name: 'Another Name' } : undefined;
        const refused = await send(without, method, at).send(body);
        expect([method, path, refused.status, refused.body.code]).toEqual([
          method,
          path,
          403,
          'scope_missing',
        ]);
        expect(refused.body.detail).toContain('admins:write');
        expect(await entrance.deps.directory.find(user.id)).toEqual(user);
        const decided = await send(withIt, method, at).send(body);
        expect([method, path, decided.body.code]).not.toEqual([method, path, 'scope_missing']);
      }
    },
  );

  test.each([
    { roles: [] },
    { status: 'disabled' },
    { teams: ['Blue'] },
    { roles: [PLATFORM_ADMIN, 'developer'] },
    { full_name: 'Another Name' },
  ])('%j needs admins:write for an administrator, and for nobody else', async (body) => {
    const admin = await entrance.addUser({ roles: [byHand] });
    await send(without, 'patch', `/auth/users/${admin.id}`).send(body).expect(403);
    if (!('roles' in body) || body.roles.length === 0)
      await send(withIt, 'patch', `/auth/users/${admin.id}`).send(body).expect(200);
    const somebody = await entrance.addUser();
    if (!('roles' in body) || body.roles.length === 0)
      await send(without, 'patch', `/auth/users/${somebody.id}`).send(body).expect(200);
  });

  test('admins:write alone changes nobody', async () => {
    const { id } = await entrance.addUser({ roles: [byHand] });
    const alone = await entrance.token('admins:write', 'users:read');
    await send(alone, 'patch', `/auth/users/${id}`).send({ status: 'disabled' }).expect(403);
    await send(alone, 'delete', `/auth/users/${id}`).expect(403);
  });

  test('platform_admin is given by a token with every scope alone, which an administrator then has', async () => {
    const { id } = await entrance.addUser();
    for (const token of [without, withIt])
      await send(token, 'patch', `/auth/users/${id}`)
        .send({ roles: [PLATFORM_ADMIN] })
        .expect(403);
    const all = await entrance.token('*');
    await send(all, 'patch', `/auth/users/${id}`)
      .send({ roles: [PLATFORM_ADMIN] })
      .expect(200);
    await send(all, 'patch', `/auth/users/${id}`).send({ roles: [] }).expect(200);
  });

  test('who becomes an administrator between the reading and the writing isn’t changed', async () => {
    const user = await entrance.addUser();
    const { directory } = entrance.deps;
    const find = directory.find.bind(directory);
    let reads = 0;
    directory.find = async (id) => {
      const found = await find(id);
      reads += 1;
      if (reads === 1 && found) await directory.update(found, { roles: [byHand] });
      return found;
    };
    try {
      await send(without, 'patch', `/auth/users/${user.id}`).send({ status: 'disabled' }).expect(403);
    } finally {
      directory.find = find;
    }
    expect(await directory.find(user.id)).toMatchObject({ status: 'active', roles: [byHand] });
  });
});
