import type { Config } from '../config/config.js';
import { waysIn } from '../config/ways-in.js';
import { canAdminister } from '../directory/can-administer.js';
import type { Directory } from '../directory/directory.js';
import { isComplete } from '../identity/claimed.js';
import { roleRules, teamRules } from '../identity/grant-rules.js';
import { grantChanges, reconcileGrants } from '../identity/reconcile-grants.js';
import type { Grant, User } from '../identity/user.js';
import { type Team, teamKey } from '../teams/teams.js';

/** So many people are named for each change; the others are counted. */
const MOST_NAMED = 20;

/** What would come to a role, or a team, with the next sign-ins. */
export interface PreviewedChange {
  readonly kind: 'role' | 'team';
  readonly name: string;
  readonly change: 'gain' | 'lose';
  /** How many people. */
  readonly count: number;
  /** The emails of the first of them. */
  readonly people: readonly string[];
}

export interface AccessPreview {
  readonly changes: readonly PreviewedChange[];
  /** How many people were looked at: those who have signed in through the provider. */
  readonly people: number;
  /** Of how many the groups aren't known: what rests on a group stays with them. */
  readonly groupsUnknown: number;
  /** The number of people whose app roles aren't known: rights by an app role stay with them. */
  readonly appRolesUnknown: number;
  /** Whether there would be a `platform_admin` who can sign in. */
  readonly leavesAdministrator: boolean;
  /** The settings that are false, so that sign-ins leave the grants of those who are here already alone. */
  readonly firstSignInOnly: readonly string[];
}

/** What these settings would make of what everybody's last sign-in said, against what they hold now. Changes nothing. */
export async function previewAccess(
  directory: Pick<Directory, 'everybody' | 'findPasswordHash'>,
  config: Pick<Config, 'localAccounts' | 'sso'>,
  teams: readonly Team[],
): Promise<AccessPreview> {
  const { sso } = config;
  const ids = new Map(teams.map(({ id, name }) => [teamKey(name), id]));
  const names = new Map(teams.map(({ id, name }) => [id, name]));
  const rules = new Map(
    sso.providers.map((provider) => [
      provider.id,
      {
        roles: roleRules(provider, sso.autoAdminDomains),
        // A team that is yet to be made goes by its name.
        teams: teamRules(provider.teamMappings, (name) => ids.get(teamKey(name)) ?? name),
        everySignIn: provider.syncRolesOnLogin,
      },
    ]),
  );
  const tally = new Tally();
  let people = 0;
  let groupsUnknown = 0;
  let appRolesUnknown = 0;
  let leavesAdministrator = false;
  for await (const some of directory.everybody()) {
    for (const { user, seen } of some) {
      const current = rules.get(user.provider);
      const by = current?.everySignIn ? current : undefined;
      const roles =
        seen === undefined || by === undefined
          ? user.roles
          : reconcileGrants(user.roles, seen, by.roles, seen.at);
      leavesAdministrator ||= await canAdminister(directory, { ...user, roles }, waysIn(config));
      if (seen === undefined) continue;
      people += 1;
      if (!isComplete(seen.groups)) groupsUnknown += 1;
      if (!isComplete(seen.appRoles)) appRolesUnknown += 1;
      if (by === undefined) continue;
      tally.add('role', user, user.roles, roles);
      const after = reconcileGrants(user.teams, seen, by.teams, seen.at);
      tally.add('team', user, user.teams, after, (id) => names.get(id) ?? id);
    }
  }
  return {
    changes: tally.changes(),
    people,
    groupsUnknown,
    appRolesUnknown,
    leavesAdministrator,
    firstSignInOnly: sso.providers
      .filter(({ syncRolesOnLogin }) => !syncRolesOnLogin)
      .map(({ settings }) => settings.syncRolesOnLogin),
  };
}

class Tally {
  readonly #changes = new Map<
    string,
    Omit<PreviewedChange, 'people'> & { count: number; people: string[] }
  >();

  /** Who holds something by hand as well neither gains nor loses it. */
  add(
    kind: PreviewedChange['kind'],
    { email }: User,
    before: readonly Grant[],
    after: readonly Grant[],
    nameOf: (name: string) => string = (name) => name,
  ): void {
    const byHand = new Set(before.filter(({ origin }) => origin === 'manual').map(({ name }) => name));
    for (const { name, change } of grantChanges(before, after)) {
      if (!byHand.has(name)) this.#count(kind, nameOf(name), change === 'given' ? 'gain' : 'lose', email);
    }
  }

  #count(
    kind: PreviewedChange['kind'],
    name: string,
    change: PreviewedChange['change'],
    email: string,
  ): void {
    const key = `${kind} ${change} ${name}`;
    const counted = this.#changes.get(key) ?? { kind, name, change, count: 0, people: [] };
    counted.count += 1;
    if (counted.people.length < MOST_NAMED) counted.people.push(email);
    this.#changes.set(key, counted);
  }

  /** What is lost first, then by how many. */
  changes(): readonly PreviewedChange[] {
    const rank = ({ change }: PreviewedChange) => (change === 'lose' ? 0 : 1);
    return [...this.#changes.values()].sort(
      (one, other) => rank(one) - rank(other) || other.count - one.count || (one.name < other.name ? -1 : 1),
    );
  }
}
