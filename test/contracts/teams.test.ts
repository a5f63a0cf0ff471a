import { beforeEach, describe, expect, test } from '@jest/globals';
import { createMemoryAudit } from '#entrance/audit/memory.js';
import { createRedisAudit } from '#entrance/audit/redis.js';
import { createMemoryDirectory } from '#entrance/directory/memory.js';
import { createRedisDirectory } from '#entrance/directory/redis/redis.js';
import { uuidv7 } from '#entrance/identity/uuid.js';
import type { RedisConnection } from '#entrance/redis/connection.js';
import { deleteTeam } from '#entrance/teams/edit-team.js';
import { addMember, membershipsIn, removeMember } from '#entrance/teams/membership.js';
import { createMemoryTeams } from '#entrance/teams/memory.js';
import { createRedisTeams } from '#entrance/teams/redis.js';
import { MOST_TEAMS, type NewTeam, type Team } from '#entrance/teams/teams.js';
import { teamsNamed } from '#entrance/teams/teams-named.js';
import { auditOptions } from '../support/audit.js';
import { newPerson, written } from '../support/people.js';
import { useRedis, useTopologies } from '../support/redis-topologies.js';

const NOW = Date.parse('2026-03-01T12:00:00.000Z');
const clock = { now: () => NOW };
const BY = { user: { id: 'ada' } };
const SSO = { origin: 'sso', sources: [{ kind: 'group', value: 'g1' }], confirmedAt: clockTime() } as const;
const redis = useRedis();
beforeEach(() => redis.client.flushAll());

function memoryStores() {
  const audit = createMemoryAudit(auditOptions());
  return {
    audit,
    teams: createMemoryTeams(audit),
    directory: createMemoryDirectory(audit, ['local', 'entra']),
  };
}

function redisStores(client: RedisConnection['client'], prefix: string) {
  const audit = createRedisAudit(client, prefix, auditOptions());
  return {
    audit,
    teams: createRedisTeams(client, prefix, audit),
    directory: createRedisDirectory(client, prefix, audit, client, ['local', 'entra']),
  };
}

const subjects = [
  { name: 'memory', open: memoryStores },
  { name: 'Redis', open: () => redisStores(redis.client, 'test:') },
  ...useTopologies().map((topology) => ({
    name: topology.name,
    open: () => redisStores(topology.redis().client, topology.prefix()),
  })),
];

describe.each(subjects)('teams in $name', ({ open }) => {
  let stores: ReturnType<(typeof subjects)[number]['open']>;
  beforeEach(() => {
    stores = open();
  });

  const create = async (name: string): Promise<Team> => {
    const outcome = await stores.teams.create(newTeam(name), []);
    if ('conflict' in outcome) throw new Error(outcome.conflict);
    return outcome.team;
  };
  const actions = async () => {
    const { events } = await stores.audit.list({ limit: 200 });
    return events.map(({ event }) => event.action).reverse();
  };
  const addUser = async (teams: readonly Team[] = []) => {
    const id = uuidv7(NOW);
    const user = newPerson({
      id,
      email: `${id}@contoso.com`,
      teams: teams.map((team) => ({ name: team.id, ...SSO })),
      createdAt: clockTime(),
    });
    return written(await stores.directory.create(user));
  };

  test('gives back what was created, by ID and by name in any case', async () => {
    const wanted = newTeam('Plattform Ünit');
    expect(await stores.teams.create(wanted, [])).toEqual({ team: { ...wanted, version: 1 } });
    const team = { ...wanted, version: 1 };
    expect(await stores.teams.find(team.id)).toEqual(team);
    expect(await stores.teams.findAll([team.id, 'nobody'])).toEqual(new Map([[team.id, team]]));
    expect(await stores.teams.findIds(['PLATTFORM ÜNIT ', 'other'])).toEqual(
      new Map([['plattform ünit', team.id]]),
    );
    expect(await stores.teams.find('nobody')).toBeUndefined();
    expect(await stores.teams.findAll([])).toEqual(new Map());
    expect(await stores.teams.findIds([])).toEqual(new Map());
  });

  test('lists them by name', async () => {
    for (const name of ['beta', 'Alpha', 'gamma']) await create(name);
    expect((await stores.teams.list()).map(({ name }) => name)).toEqual(['Alpha', 'beta', 'gamma']);
  });

  test('keeps names unique without regard to case, and frees one with a new name', async () => {
    const first = await create('Platform');
    expect(await stores.teams.create(newTeam('platform'), [])).toEqual({ conflict: 'team_name_taken' });
    const second = await create('Security');
    expect(await stores.teams.update(second, { name: 'PLATFORM' }, [])).toEqual({
      conflict: 'team_name_taken',
    });
    expect(await stores.teams.update(first, { name: 'platform' }, [])).toMatchObject({
      team: { name: 'platform', version: 2 },
    });
    const renamed = await stores.teams.update({ ...first, version: 2 }, { name: 'Core' }, []);
    expect(renamed).toMatchObject({ team: { id: first.id, name: 'Core', version: 3 } });
    await create('Platform');
  });

  test('changes and deletes only the version that was read, and records nothing otherwise', async () => {
    const team = await create('Platform');
    const event = { action: 'team-update', by: BY, team } as const;
    await stores.teams.update(team, { description: 'Runs the gateway' }, [event]);
    expect(await stores.teams.update(team, { description: 'Late' }, [event])).toEqual({ conflict: 'stale' });
    expect(await stores.teams.delete(team, [event])).toBe('stale');
    expect(await stores.teams.delete({ ...team, version: 2 }, [])).toBe('deleted');
    expect(await stores.teams.find(team.id)).toBeUndefined();
    expect(await stores.teams.findIds(['Platform'])).toEqual(new Map());
    expect(await actions()).toEqual(['team-update']);
  });

  test('a hundred that want one name at once leave one', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, () => stores.teams.create(newTeam('Platform'), [])),
    );
    expect(outcomes.filter((outcome) => 'team' in outcome)).toHaveLength(1);
    expect(await stores.teams.list()).toHaveLength(1);
  });

  test('takes no more than there may be', async () => {
    // Few at a time: on a busy machine a crowd of writes would pass the deadline of a command.
    for (let index = 0; index < MOST_TEAMS; index += 20)
      await Promise.all(
        Array.from({ length: 20 }, (_, offset) => stores.teams.create(newTeam(`t${index + offset}`), [])),
      );
    expect(await stores.teams.create(newTeam('one more'), [])).toEqual({ conflict: 'too_many_teams' });
    await expect(teamsNamed(stores.teams, ['one more'], clock)).rejects.toMatchObject({
      code: 'too_many_teams',
    });
  });

  test('a mapping’s names find their teams, and create those that are missing, once', async () => {
    const known = await create('Platform');
    const both = await Promise.all([
      teamsNamed(stores.teams, ['platform', 'Security'], clock),
      teamsNamed(stores.teams, ['SECURITY', 'security', 'Platform'], clock),
    ]);
    expect(both[0]).toEqual(both[1]);
    expect(both[0].get('platform')).toBe(known.id);
    expect(await stores.teams.find(both[0].get('security') ?? '')).toMatchObject({ origin: 'sso' });
    expect(await actions()).toEqual(['team-create']);
  });

  test('a membership by hand and one by single sign-on coexist; by hand only the first is taken back', async () => {
    const team = await create('Platform');
    const user = await addUser([team]);
    const change = { team, userId: user.id, by: BY };
    await addMember(stores.directory, change);
    const both = await addMember(stores.directory, change);
    expect(membershipsIn(both, team).map(({ origin }) => origin)).toEqual(['sso', 'manual']);
    expect(both.version).toBe(2);
    expect(await stores.directory.countInTeams([team.id, 'none'])).toEqual(
      new Map([
        [team.id, 1],
        ['none', 0],
      ]),
    );
    await removeMember(stores.directory, change);
    const left = await removeMember(stores.directory, change);
    expect(membershipsIn(left, team).map(({ origin }) => origin)).toEqual(['sso']);
    expect(await actions()).toEqual(['team-member-add', 'team-member-remove']);
  });

  test('members who are added at the same moment all come in', async () => {
    const teams = await Promise.all(['a', 'b', 'c', 'd'].map(create));
    const { id } = await addUser();
    await Promise.all(teams.map((team) => addMember(stores.directory, { team, userId: id, by: BY })));
    expect((await stores.directory.find(id))?.teams).toHaveLength(4);
  });

  test('deleting a team takes all memberships along, and no others', async () => {
    const [team, other] = [await create('Platform'), await create('Security')];
    const users = [];
    for (let index = 0; index < 250; index += 1)
      users.push(await addUser(index % 2 === 0 ? [team, other] : [team]));
    await deleteTeam(stores, team, BY);
    expect(await stores.teams.find(team.id)).toBeUndefined();
    expect(await stores.directory.countInTeams([team.id, other.id])).toEqual(
      new Map([
        [team.id, 0],
        [other.id, 125],
      ]),
    );
    expect((await actions()).at(-1)).toBe('team-delete');
    await expect(deleteTeam(stores, team, BY)).rejects.toMatchObject({ code: 'stale' });
  });
});

function newTeam(name: string): NewTeam {
  return { id: uuidv7(NOW), name, description: null, origin: 'manual', createdAt: clockTime() };
}

function clockTime(): string {
  return new Date(NOW).toISOString();
}
