import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Happening } from '#entrance/audit/event.js';
import { createMemoryAudit } from '#entrance/audit/memory.js';
import { createRedisAudit } from '#entrance/audit/redis.js';
import type { Directory, NewUser, User, UserQuery } from '#entrance/directory/directory.js';
import { createMemoryDirectory } from '#entrance/directory/memory.js';
import { createRedisDirectory } from '#entrance/directory/redis/redis.js';
import type { EmailDoubt } from '#entrance/identity/user.js';
import type { RedisConnection } from '#entrance/redis/connection.js';
import { auditOptions } from '../support/audit.js';
import { newPerson, written } from '../support/people.js';
import { useRedis, useTopologies } from '../support/redis-topologies.js';

const redis = useRedis();

const inMemory = () => {
  const audit = createMemoryAudit(auditOptions());
  return { audit, directory: createMemoryDirectory(audit, ['local', 'entra']) };
};
const onRedis = (prefix = `test-${randomUUID()}:`, { client }: Pick<RedisConnection, 'client'> = redis) => {
  const audit = createRedisAudit(client, prefix, auditOptions());
  return { audit, directory: createRedisDirectory(client, prefix, audit, client, ['local', 'entra']) };
};

describe.each([
  ['in memory', inMemory],
  ['on Redis', () => onRedis()],
  ...useTopologies().map(
    ({ name, redis, prefix }) => [`on ${name}`, () => onRedis(prefix(), redis())] as const,
  ),
] as const)('addresses in a directory %s', (_, open) => {
  let directory: Directory;
  let audit: ReturnType<typeof open>['audit'];
  beforeEach(() => {
    ({ directory, audit } = open());
  });

  const create = async (changes: Partial<NewUser> = {}) => written(await directory.create(person(changes)));
  const doubtOver = (other: User, since = '2026-05-01T10:00:00.000Z'): EmailDoubt => ({
    since,
    reason: 'taken',
    other: other.id,
  });
  const take = (user: User, from: User, events: readonly Happening[] = []) =>
    directory.update(
      user,
      { email: from.email, emailDoubt: undefined },
      { losesEmail: { user: from, doubt: doubtOver(user) }, events },
    );

  test('an address goes from one account to another in one step, with its event', async () => {
    const [kim, lee] = [
      await create({ email: 'kim@acmecorp.com' }),
      await create({ email: 'lee@acmecorp.com' }),
    ];
    const event = { action: 'user-address-take', by: { user: kim }, target: lee } as const;
    const after = written(await take(kim, lee, [event]));
    expect(after).toMatchObject({ id: kim.id, email: 'lee@acmecorp.com', version: 2 });
    expect(await directory.findByEmail('LEE@acmecorp.com')).toEqual(after);
    expect(await directory.findByEmail('kim@acmecorp.com')).toBeUndefined();
    expect(await directory.find(lee.id)).toEqual({
      ...lee,
      email: 'lee@acmecorp.com',
      emailDoubt: { since: '2026-05-01T10:00:00.000Z', reason: 'taken', other: kim.id },
      version: 2,
    });
    const { events } = await audit.list({ limit: 10 });
    expect(events).toMatchObject([
      { event: { action: 'user-address-take' }, user: { id: kim.id, target: { id: lee.id } } },
    ]);
  });

  test('a new account takes an address in the same way', async () => {
    const old = await create({ email: 'desk@acmecorp.com', status: 'disabled' });
    const doubt: EmailDoubt = { ...doubtOver(old), other: randomUUID() };
    const options = { losesEmail: { user: old, doubt } };
    const user = written(await directory.create(person({ email: 'Desk@acmecorp.com' }), options));
    expect(await directory.findByEmail('desk@acmecorp.com')).toEqual(user);
    expect(await directory.find(old.id)).toEqual({ ...old, emailDoubt: doubt, version: 2 });
  });

  test('nothing happens if the other account has changed, or is gone, or another one has the address', async () => {
    const [kim, lee, third] = [await create(), await create(), await create()];
    const renamed = written(await directory.update(lee, { fullName: 'Lee Park' }));
    expect(await take(kim, lee)).toEqual({ conflict: 'stale' });
    const wrong = await directory.update(
      kim,
      { email: renamed.email },
      { losesEmail: { user: third, doubt: doubtOver(kim) } },
    );
    expect(wrong).toEqual({ conflict: 'email_taken' });
    expect(
      await directory.create(person({ email: renamed.email }), {
        losesEmail: { user: lee, doubt: doubtOver(kim) },
      }),
    ).toEqual({ conflict: 'stale' });
    await directory.delete(renamed);
    expect(await take(kim, renamed)).toEqual({ conflict: 'stale' });
    expect(await directory.find(kim.id)).toEqual(kim);
    expect(await directory.find(third.id)).toEqual(third);
  });

  test('of several that take one address at the same moment, one does', async () => {
    const holder = await create({ email: 'desk@acmecorp.com' });
    const takers = await Promise.all(Array.from({ length: 8 }, () => create()));
    const outcomes = await Promise.all(takers.map((taker) => take(taker, holder)));
    const winners = outcomes.filter((outcome) => 'user' in outcome);
    expect(winners).toHaveLength(1);
    expect(outcomes.filter((outcome) => 'conflict' in outcome && outcome.conflict === 'stale')).toHaveLength(
      7,
    );
    expect(winners).toEqual([{ user: await directory.findByEmail('desk@acmecorp.com') }]);
  });

  test('an account that was added ahead is merged: it is gone in the same step, and its address is the other one’s', async () => {
    const mei = await create({ email: 'mei@acmecorp.com' });
    const ahead = await create({
      email: 'mei@newco.example',
      providerId: null,
      providerScope: null,
      roles: [{ name: 'platform_viewer', origin: 'manual' }],
      teams: [{ name: 'movers', origin: 'manual' }],
    });
    const changes = { email: ahead.email, roles: ahead.roles, teams: ahead.teams };
    const after = written(await directory.update(mei, changes, { merges: ahead }));
    expect(await directory.find(ahead.id)).toBeUndefined();
    expect(await directory.findByEmail('mei@newco.example')).toEqual(after);
    expect(await directory.count()).toBe(1);
    expect((await directory.countInTeams(['movers'])).get('movers')).toBe(1);
    expect(await ids({ role: 'platform_viewer' })).toEqual([mei.id]);
  });

  test('an account that somebody can sign in to is never merged', async () => {
    const [one, other] = [await create(), await create()];
    const local = await create({ provider: 'local', providerId: null, providerScope: null });
    for (const merges of [other, local]) {
      await expect(directory.update(one, { email: merges.email }, { merges })).rejects.toThrow(TypeError);
      expect(await directory.find(merges.id)).toEqual(merges);
    }
  });

  test('an unconfirmed address is listed where it was, and found by nobody', async () => {
    const [kim, lee, zoe] = [
      await create({ email: 'kim@acmecorp.com', fullName: 'Kim Park' }),
      await create({ email: 'lee@acmecorp.com', fullName: 'Lee Park' }),
      await create({ email: 'zoe@acmecorp.com', fullName: 'Zoe Park' }),
    ];
    written(await take(kim, lee));
    expect(await ids({ sort: 'email' })).toEqual([kim.id, lee.id, zoe.id]);
    expect(await ids({ sort: 'email', descending: true })).toEqual([zoe.id, lee.id, kim.id]);
    for (const sort of ['email', 'full_name', 'created_at', 'last_login_at'] as const) {
      expect(await ids({ sort, q: 'lee@' })).toEqual([kim.id]);
      expect(await ids({ sort, q: 'zoe p' })).toEqual([zoe.id]);
      expect(await ids({ sort, q: 'lee' })).toHaveLength(2);
    }
    const first = await directory.list({ sort: 'email', descending: false, limit: 1 });
    const cursor = { direction: 'after', position: first.next ?? '' } as const;
    const second = await directory.list({ sort: 'email', descending: false, limit: 1, cursor });
    expect(second.users.map(({ id }) => id)).toEqual([lee.id]);
  });

  test('an unconfirmed address keeps nobody from it, and a free address confirms the account again', async () => {
    const [kim, lee] = [
      await create({ email: 'kim@acmecorp.com' }),
      await create({ email: 'lee@acmecorp.com' }),
    ];
    const taker = written(await take(kim, lee));
    const lost = await directory.find(lee.id);
    if (lost === undefined) throw new Error('no account');
    expect(await directory.update(lost, { emailDoubt: undefined })).toEqual({ conflict: 'email_taken' });
    await directory.delete(taker);
    const anew = written(await directory.create(person({ email: 'lee@acmecorp.com' })));
    expect(await directory.update(lost, { emailDoubt: undefined })).toEqual({ conflict: 'email_taken' });
    await directory.delete(anew);
    const back = written(await directory.update(lost, { emailDoubt: undefined }));
    expect(await directory.findByEmail('lee@acmecorp.com')).toEqual(back);
    expect(back.emailDoubt).toBeUndefined();
    expect(await ids({ q: 'lee@' })).toEqual([lee.id]);
  });

  test('several accounts may have lost one address, and each can be deleted', async () => {
    const [one, other] = [await create({ email: 'desk@acmecorp.com' }), await create()];
    const second = written(await take(other, one));
    const third = written(await directory.create(person({ email: 'x@acmecorp.com' })));
    written(await take(third, second));
    expect(await ids({ sort: 'email' })).toHaveLength(3);
    for (const { id } of [one, other]) {
      const lost = await directory.find(id);
      expect(lost && (await directory.delete(lost))).toBe('deleted');
    }
    expect(await ids({ sort: 'email' })).toEqual([third.id]);
    expect((await directory.findByEmail('desk@acmecorp.com'))?.id).toBe(third.id);
  });

  test('the decision about a person is kept beside the doubt', async () => {
    const decision = { at: '2026-04-01T00:00:00.000Z', by: 'root', reason: null };
    const emailDoubt: EmailDoubt = { since: '2026-05-01T10:00:00.000Z', reason: 'contradicted', other: null };
    for (const changes of [{ decision, emailDoubt }, { emailDoubt }, { decision }]) {
      const user = await create(changes);
      expect(await directory.find(user.id)).toEqual(user);
      expect(await directory.find(user.id)).toMatchObject(changes);
    }
  });

  async function ids(query: Partial<UserQuery>): Promise<string[]> {
    const page = await directory.list({ sort: 'email', descending: false, limit: 50, ...query });
    return page.users.map(({ id }) => id);
  }
});

let count = 0;
function person(changes: Partial<NewUser> = {}): NewUser {
  count += 1;
  return newPerson({ email: `person-${count}@acmecorp.com`, ...changes });
}
