import type { MemoryRecorder } from '../audit/memory.js';
import { MOST_TEAMS, sortedByName, type Team, type Teams, teamKey } from './teams.js';

export function createMemoryTeams(audit: MemoryRecorder): Teams {
  const teams = new Map<string, Team>();
  const ids = new Map<string, string>();

  function isTaken(name: string, by: string): boolean {
    const holder = ids.get(teamKey(name));
    return holder !== undefined && holder !== by;
  }

  function put(team: Team): { readonly team: Team } {
    teams.set(team.id, team);
    ids.set(teamKey(team.name), team.id);
    return { team };
  }

  return {
    find: async (id) => teams.get(id),
    async findAll(wanted) {
      return new Map([...teams].filter(([id]) => wanted.includes(id)));
    },
    async findIds(names) {
      const wanted = new Set(names.map(teamKey));
      return new Map([...ids].filter(([key]) => wanted.has(key)));
    },
    list: async () => sortedByName([...teams.values()]),
    async create(team, events) {
      if (isTaken(team.name, team.id)) return { conflict: 'team_name_taken' };
      if (teams.size >= MOST_TEAMS) return { conflict: 'too_many_teams' };
      audit.take(events);
      return put({ ...team, version: 1 });
    },
    async update({ id, version }, changes, events) {
      const before = teams.get(id);
      if (before === undefined || before.version !== version) return { conflict: 'stale' };
      if (isTaken(changes.name ?? before.name, id)) return { conflict: 'team_name_taken' };
      audit.take(events);
      ids.delete(teamKey(before.name));
      return put({ ...before, ...changes, version: version + 1 });
    },
    async delete({ id, version }, events) {
      const before = teams.get(id);
      if (before === undefined || before.version !== version) return 'stale';
      audit.take(events);
      teams.delete(id);
      ids.delete(teamKey(before.name));
      return 'deleted';
    },
  };
}
