import type { Clock } from '../clock.js';
import { EntranceError } from '../errors.js';
import { displayText } from '../identity/text.js';
import { LONGEST_TEAM_NAME } from '../identity/user.js';
import { createTeam } from './edit-team.js';
import { type Teams, teamKey } from './teams.js';

/** Creates the teams that don't exist. @throws EntranceError `too_many_teams` */
export async function teamsNamed(
  teams: Teams,
  names: readonly string[],
  clock: Clock,
): Promise<ReadonlyMap<string, string>> {
  const known = await teams.findIds(names);
  const missing = new Map(
    names.map((name) => [teamKey(name), displayText(name, LONGEST_TEAM_NAME) ?? name] as const),
  );
  for (const key of known.keys()) missing.delete(key);
  if (missing.size === 0) return known;
  for (const name of missing.values()) await createMapped(teams, name, clock);
  return teams.findIds(names);
}

/** Creates a team. If another instance has created it before, there is nothing left to do. */
async function createMapped(teams: Teams, name: string, clock: Clock): Promise<void> {
  try {
    await createTeam({ teams, clock }, { name, description: null, origin: 'sso' }, {});
  } catch (error) {
    if (!(error instanceof EntranceError && error.code === 'team_name_taken')) throw error;
  }
}
