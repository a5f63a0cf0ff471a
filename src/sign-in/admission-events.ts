import type { Actor, Happening, Person } from '../audit/event.js';
import type { UserChanges } from '../directory/directory.js';
import { sourceInWords } from '../identity/grant-words.js';
import { grantChanges } from '../identity/reconcile-grants.js';
import { roleNames } from '../identity/roles.js';
import { confirmedEmail, type Grant, type ProviderId, type User } from '../identity/user.js';

type TeamNames = ReadonlyMap<string, string>;

export function creationEvents(
  user: Omit<User, 'version'>,
  teams: TeamNames,
  origin: Actor,
): readonly Happening[] {
  const { provider, roles } = user;
  const added = roleNames(roles);
  const common = { by: { ...origin, user: personOf(user) }, target: personOf(user), provider };
  return [
    {
      action: user.status === 'pending' ? 'user-request' : 'user-create',
      ...common,
      ...(added.length === 0 ? {} : { roles: { added, removed: [] }, because: reasonsOf([], roles) }),
    },
    ...teamEvents([], user.teams, teams, common),
  ];
}

/** The events of the changes that a sign-in makes; empty if nothing changed. */
export function changeEvents(
  user: User,
  changes: UserChanges,
  teams: TeamNames,
  origin: Actor,
  provider: ProviderId,
): readonly Happening[] {
  const after = { ...user, ...changes };
  const common = {
    by: { ...origin, user: personOf(after) },
    target: personOf(after),
    provider,
  };
  const profile = {
    email: changed(confirmedEmail(user), confirmedEmail(after)),
    fullName: changed(user.fullName, after.fullName),
  };
  const roles = roleChanges(roleNames(user.roles), roleNames(after.roles));
  const because = reasonsOf(user.roles, after.roles);
  return [
    ...(user.providerId === after.providerId ? [] : [{ action: 'user-claim', ...common } as const]),
    ...(profile.email === undefined && profile.fullName === undefined
      ? []
      : [{ action: 'user-update', changes: profile, ...common } as const]),
    ...(roles === undefined ? [] : [{ action: 'user-roles-change', roles, because, ...common } as const]),
    ...teamEvents(user.teams, after.teams, teams, common),
  ];
}

/** The event of a sign-in that leaves no `platform_admin` who can sign in. */
export function administratorsLost(user: User, origin: Actor, provider: ProviderId): Happening {
  return {
    action: 'administrators-lost',
    by: { ...origin, user: personOf(user) },
    target: personOf(user),
    provider,
  };
}

function teamEvents(
  before: readonly Grant[],
  after: readonly Grant[],
  teams: TeamNames,
  common: Pick<Happening, 'by' | 'target' | 'provider'>,
): readonly Happening[] {
  return grantChanges(before, after).map(({ name, change, sources }) => ({
    action: change === 'given' ? 'team-member-add' : 'team-member-remove',
    ...common,
    team: { id: name, name: teams.get(name) ?? name },
    because: sources.map(sourceInWords),
  }));
}

/** The sources of the roles that were added, and of those that were removed. */
function reasonsOf(before: readonly Grant[], after: readonly Grant[]): readonly string[] {
  return grantChanges(before, after).flatMap(({ name, sources }) =>
    sources.map((source) => `${name}: ${sourceInWords(source)}`),
  );
}

function personOf(user: Pick<User, 'id' | 'email' | 'emailDoubt' | 'fullName'>): Person {
  return { id: user.id, email: confirmedEmail(user), fullName: user.fullName };
}

/** The new value if it differs from the old one. */
function changed(before: string | undefined, after: string | undefined): string | undefined {
  return before === after ? undefined : after;
}

function roleChanges(before: readonly string[], after: readonly string[]): Happening['roles'] {
  const added = after.filter((name) => !before.includes(name));
  const removed = before.filter((name) => !after.includes(name));
  return added.length + removed.length === 0 ? undefined : { added, removed };
}
