import type { Config } from '../config/config.js';
import { waysIn } from '../config/ways-in.js';
import { canAdminister } from '../directory/can-administer.js';
import type { Directory, KnownUser } from '../directory/directory.js';
import { isComplete } from '../identity/claimed.js';
import { roleRules, teamRules } from '../identity/grant-rules.js';
import { waysInOf } from '../identity/linked-identities.js';
import { type GrantRules, grantChanges, reconcileGrants } from '../identity/reconcile-grants.js';
import { type Grant, isSso, type User } from '../identity/user.js';
import { type Team, teamKey } from '../teams/teams.js';

/** The most people that are named for each change; the others are counted. */
const MOST_NAMED = 20;

/** A change of a role or a team that the next sign-ins would bring. */
export interface PreviewedChange {
  readonly kind: 'role' | 'team';
  readonly name: string;
  readonly change: 'gain' | 'lose';
  /** The ID of the provider whose settings bring the change: that of the people's last sign-in. */
  readonly provider: string;
  /** The number of people whom the change concerns. */
  readonly count: number;
  /** The emails of some of these people, at most `MOST_NAMED`. */
  readonly people: readonly string[];
}

export interface AccessPreview {
  readonly changes: readonly PreviewedChange[];
  /** The number of people who have signed in through a provider. */
  readonly people: number;
  /** The number of people whose groups aren't known: they keep the rights that a group gave them. */
  readonly groupsUnknown: number;
  /** The number of people whose app roles aren't known: they keep the rights that an app role gave them. */
  readonly appRolesUnknown: number;
  /** The number of people whose last provider isn't known, or doesn't let them in any more. */
  readonly notJudged: number;
  /** Whether a `platform_admin` who can sign in would be left. */
  readonly leavesAdministrator: boolean;
  /** The settings that are false, so that a later sign-in doesn't change the grants of an existing user. */
  readonly firstSignInOnly: readonly string[];
}

/** Compares the roles and teams that people hold with those that these settings would give for their last claims. */
export async function previewAccess(
  directory: Pick<Directory, 'everybody' | 'findPasswordHash'>,
  config: Pick<Config, 'localAccounts' | 'sso'>,
  teams: readonly Team[],
): Promise<AccessPreview> {
  const { sso } = config;
  const ids = new Map(teams.map(({ id, name }) => [teamKey(name), id]));
  const names = new Map(teams.map(({ id, name }) => [id, name]));
  const rules = new Map<string, Rules>(
    sso.providers.map((provider) => [
      provider.id,
      {
        provider: provider.id,
        roles: roleRules(provider, sso.autoAdminDomains),
        // A team that doesn't exist yet goes by its name.
        teams: teamRules(provider.teamMappings, (name) => ids.get(teamKey(name)) ?? name),
        everySignIn: provider.syncRolesOnLogin,
      },
    ]),
  );
  const tally = new Tally();
  let people = 0;
  let groupsUnknown = 0;
  let appRolesUnknown = 0;
  let notJudged = 0;
  let leavesAdministrator = false;
  for await (const some of directory.everybody()) {
    for (const known of some) {
      const { user, seen } = known;
      const by = rulesFor(known, rules);
      const roles = rolesAfter(known, by);
      leavesAdministrator ||= await canAdminister(directory, { ...user, roles }, waysIn(config));
      if (seen === undefined) continue;
      people += 1;
      if (by === undefined) notJudged += 1;
      if (!isComplete(seen.groups)) groupsUnknown += 1;
      if (!isComplete(seen.appRoles)) appRolesUnknown += 1;
      if (!by?.everySignIn) continue;
      tally.add('role', by.provider, user, user.roles, roles);
      const teamsAfter = reconcileGrants(user.teams, seen, by.teams, seen.at);
      tally.add('team', by.provider, user, user.teams, teamsAfter, (id) => names.get(id) ?? id);
    }
  }
  return {
    changes: tally.changes(),
    people,
    groupsUnknown,
    appRolesUnknown,
    notJudged,
    leavesAdministrator,
    firstSignInOnly: sso.providers
      .filter(({ syncRolesOnLogin }) => !syncRolesOnLogin)
      .map(({ settings }) => settings.syncRolesOnLogin),
  };
}

interface Rules {
  readonly provider: string;
  readonly roles: GrantRules;
  readonly teams: GrantRules;
  readonly everySignIn: boolean;
}

/** The rules of the provider of the last sign-in, if the person can still sign in with that provider. */
function rulesFor({ user, seen }: KnownUser, rules: ReadonlyMap<string, Rules>): Rules | undefined {
  const way = waysInOf(user).find((provider) => provider === seen?.provider);
  return way === undefined ? undefined : rules.get(way);
}

/** The roles that the person is sure to hold after the next sign-in. */
function rolesAfter({ user, seen }: KnownUser, by: Rules | undefined): readonly Grant[] {
  if (seen === undefined) return user.roles;
  if (by === undefined) return user.roles.filter((grant) => !isSso(grant));
  return by.everySignIn ? reconcileGrants(user.roles, seen, by.roles, seen.at) : user.roles;
}

class Tally {
  readonly #changes = new Map<
    string,
    Omit<PreviewedChange, 'people'> & { count: number; people: string[] }
  >();

  /** A person who also holds the role or team by hand neither gains nor loses it. */
  add(
    kind: PreviewedChange['kind'],
    provider: string,
    { email }: User,
    before: readonly Grant[],
    after: readonly Grant[],
    nameOf: (name: string) => string = (name) => name,
  ): void {
    const byHand = new Set(before.filter(({ origin }) => origin === 'manual').map(({ name }) => name));
    for (const { name, change } of grantChanges(before, after)) {
      if (byHand.has(name)) continue;
      this.#count(
        { kind, name: nameOf(name), change: change === 'given' ? 'gain' : 'lose', provider },
        email,
      );
    }
  }

  #count(change: Omit<PreviewedChange, 'count' | 'people'>, email: string): void {
    const key = JSON.stringify([change.kind, change.change, change.name, change.provider]);
    const counted = this.#changes.get(key) ?? { ...change, count: 0, people: [] };
    counted.count += 1;
    if (counted.people.length < MOST_NAMED) counted.people.push(email);
    this.#changes.set(key, counted);
  }

  /** Losses come first, then the changes that concern the most people. */
  changes(): readonly PreviewedChange[] {
    const rank = ({ change }: PreviewedChange) => (change === 'lose' ? 0 : 1);
    return [...this.#changes.values()].sort(
      (one, other) => rank(one) - rank(other) || other.count - one.count || (one.name < other.name ? -1 : 1),
    );
  }
}
