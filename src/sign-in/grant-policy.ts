import type { Logger } from 'pino';
import type { Clock } from '../clock.js';
import type { ProviderConfig } from '../config/config.js';
import { roleRules, teamRules } from '../identity/grant-rules.js';
import type { GrantRules } from '../identity/reconcile-grants.js';
import { type Teams, teamKey } from '../teams/teams.js';
import { teamsNamed } from '../teams/teams-named.js';

export interface GrantPolicy {
  readonly roles: GrantRules;
  readonly teams: GrantRules;
  /** The names of the teams in the rules, by their IDs. */
  readonly teamNames: ReadonlyMap<string, string>;
  /** False if the first sign-in decides once and for all. */
  readonly everySignIn: boolean;
}

/** Creates mapped teams that don't exist. If there are too many, people sign in without them. */
export async function currentGrantPolicy(
  provider: ProviderConfig,
  autoAdminDomains: readonly string[],
  teams: Teams,
  clock: Clock,
  log: Logger,
): Promise<GrantPolicy> {
  const { teamMappings } = provider;
  const names = teamMappings.map(({ name }) => name);
  const ids = await idsOfTeams(names, provider.settings.teamMappings, teams, clock, log);
  return {
    roles: roleRules(provider, autoAdminDomains),
    teams: teamRules(teamMappings, (name) => ids.get(teamKey(name))),
    teamNames: new Map(names.flatMap((name) => nameById(name, ids))),
    everySignIn: provider.syncRolesOnLogin,
  };
}

async function idsOfTeams(
  names: readonly string[],
  setting: string,
  teams: Teams,
  clock: Clock,
  log: Logger,
): Promise<ReadonlyMap<string, string>> {
  if (names.length === 0) return new Map();
  try {
    return await teamsNamed(teams, names, clock);
  } catch (error) {
    log.error({ err: error }, `the teams of ${setting} could not be made`);
    return teams.findIds(names);
  }
}

function nameById(name: string, ids: ReadonlyMap<string, string>): ReadonlyArray<readonly [string, string]> {
  const id = ids.get(teamKey(name));
  return id === undefined ? [] : [[id, name]];
}
