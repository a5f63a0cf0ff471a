import type { Happening } from '../audit/event.js';
import type { RedisRecorder } from '../audit/redis.js';
import { compactId, fullId } from '../identity/compact-id.js';
import type { RedisClient } from '../redis/connection.js';
import { defineScript, runScript } from '../redis/script.js';
import {
  MOST_TEAMS,
  type NewTeam,
  sortedByName,
  type Team,
  type TeamChanges,
  type TeamConflict,
  type TeamOutcome,
  type Teams,
  teamKey,
} from './teams.js';

/**
 * Writes one team, wholly or not at all. The events come first: if they can't be stored, the script ends there.
 * KEYS: the records, the ids by name, the list of waiting events. ARGV: the id; the record as it was read ('' for a new
 * team); the record to write ('' to delete it); its former and its new name ('' for none), in the form of `teamKey`;
 * the most teams; the events.
 */
const WRITE_TEAM = defineScript(`
local records, names, waiting = KEYS[1], KEYS[2], KEYS[3]
local id, expected, record, oldName, newName, most = unpack(ARGV)

if (redis.call('HGET', records, id) or '') ~= expected then
  return 'stale'
end
local holder = newName ~= '' and redis.call('HGET', names, newName)
if holder and holder ~= id then
  return 'team_name_taken'
end
if expected == '' and redis.call('HLEN', records) >= tonumber(most) then
  return 'too_many_teams'
end

if #ARGV > 6 then
  redis.call('RPUSH', waiting, unpack(ARGV, 7))
end
if oldName ~= '' and redis.call('HGET', names, oldName) == id then
  redis.call('HDEL', names, oldName)
end
if record == '' then
  redis.call('HDEL', records, id)
else
  redis.call('HSET', records, id, record)
  redis.call('HSET', names, newName, id)
end
return 'written'
`);

const CONFLICTS: readonly TeamConflict[] = ['team_name_taken', 'too_many_teams', 'stale'];

/** The teams that all instances share. Writes go through `acknowledged`. */
export function createRedisTeams(
  redis: RedisClient,
  prefix: string,
  audit: RedisRecorder,
  acknowledged: RedisClient = redis,
): Teams {
  // The keys have the directory's hash tag, so that the script can use them and the audit log's events in one slot of a
  // cluster.
  const records = `${prefix}{directory}:teams:records`;
  const names = `${prefix}{directory}:teams:names`;

  /** Writes a team, and gives the conflict; undefined if the team was written. */
  async function write(
    before: Team | undefined,
    after: Team | undefined,
    expected: string,
    events: readonly Happening[],
  ): Promise<TeamConflict | undefined> {
    const recording = audit.prepare(events);
    const keyOf = (team: Team | undefined) => (team === undefined ? '' : teamKey(team.name));
    const reply = await runScript(
      acknowledged,
      WRITE_TEAM,
      [records, names, audit.key],
      [
        compactId(before?.id ?? after?.id ?? ''),
        expected,
        after === undefined ? '' : JSON.stringify(after),
        keyOf(before),
        keyOf(after),
        `${MOST_TEAMS}`,
        ...recording.texts,
      ],
    );
    if (reply !== 'written') return parseConflict(reply);
    recording.done();
    return undefined;
  }

  async function readExpected({ id, version }: Team): Promise<{ text: string; team: Team } | undefined> {
    const text = await redis.hGet(records, compactId(id));
    const team = text === null ? undefined : parseTeam(text);
    return text === null || team?.version !== version ? undefined : { text, team };
  }

  async function create(newTeam: NewTeam, events: readonly Happening[]): Promise<TeamOutcome> {
    const team: Team = { ...newTeam, version: 1 };
    const conflict = await write(undefined, team, '', events);
    return conflict ? { conflict } : { team };
  }

  async function update(
    team: Team,
    changes: TeamChanges,
    events: readonly Happening[],
  ): Promise<TeamOutcome> {
    const before = await readExpected(team);
    if (before === undefined) return { conflict: 'stale' };
    const after: Team = { ...before.team, ...changes, version: team.version + 1 };
    const conflict = await write(before.team, after, before.text, events);
    return conflict ? { conflict } : { team: after };
  }

  return {
    async find(id) {
      const text = await redis.hGet(records, compactId(id));
      return text === null ? undefined : parseTeam(text);
    },
    async findAll(ids) {
      if (ids.length === 0) return new Map();
      const texts = await redis.hmGet(records, ids.map(compactId));
      const teams = texts.flatMap((text) => (text === null ? [] : [parseTeam(text)]));
      return new Map(teams.map((team) => [team.id, team]));
    },
    async findIds(wanted) {
      if (wanted.length === 0) return new Map();
      const keys = wanted.map(teamKey);
      const ids = await redis.hmGet(names, keys);
      return new Map(
        keys.flatMap((key, index) => {
          const id = ids[index] ?? null;
          return id === null ? [] : [[key, fullId(id)] as const];
        }),
      );
    },
    async list() {
      return sortedByName((await redis.hVals(records)).map(parseTeam));
    },
    create,
    update,
    async delete(team, events) {
      const before = await readExpected(team);
      if (before === undefined) return 'stale';
      return (await write(before.team, undefined, before.text, events)) === undefined ? 'deleted' : 'stale';
    },
  };
}

function parseTeam(text: string): Team {
  return JSON.parse(text); // only `write` writes records
}

function parseConflict(reply: unknown): TeamConflict {
  const conflict = CONFLICTS.find((known) => known === reply);
  if (conflict === undefined)
    throw new TypeError('the script of the teams gave an unknown reply', { cause: reply });
  return conflict;
}
