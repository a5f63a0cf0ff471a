import type { Actor, Happening, Person } from '../audit/event.js';
import type { UserChanges } from '../directory/directory.js';
import { roleNames } from '../identity/roles.js';
import type { User } from '../identity/user.js';

/** What a first sign-in records. */
export function creationEvents(user: Omit<User, 'version'>, origin: Actor): readonly Happening[] {
  const { provider, roles } = user;
  const added = roleNames(roles);
  return [
    {
      action: user.status === 'pending' ? 'user-request' : 'user-create',
      by: { ...origin, user: personOf(user) },
      target: personOf(user),
      provider,
      ...(added.length === 0 ? {} : { roles: { added, removed: [] } }),
    },
  ];
}

/** What a sign-in records of the changes that it brings along; nothing where all is as it was. */
export function changeEvents(user: User, changes: UserChanges, origin: Actor): readonly Happening[] {
  const after = { ...user, ...changes };
  const common = {
    by: { ...origin, user: personOf(after) },
    target: personOf(after),
    provider: after.provider,
  };
  const profile = {
    email: changed(user.email, after.email),
    fullName: changed(user.fullName, after.fullName),
  };
  const roles = roleChanges(roleNames(user.roles), roleNames(after.roles));
  return [
    ...(user.providerId === after.providerId ? [] : [{ action: 'user-claim', ...common } as const]),
    ...(profile.email === undefined && profile.fullName === undefined
      ? []
      : [{ action: 'user-update', changes: profile, ...common } as const]),
    ...(roles === undefined ? [] : [{ action: 'user-roles-change', roles, ...common } as const]),
  ];
}

function personOf({ id, email, fullName }: Pick<User, 'id' | 'email' | 'fullName'>): Person {
  return { id, email, fullName };
}

function changed(before: string, after: string): string | undefined {
  return before === after ? undefined : after;
}

function roleChanges(before: readonly string[], after: readonly string[]): Happening['roles'] {
  const added = after.filter((name) => !before.includes(name));
  const removed = before.filter((name) => !after.includes(name));
  return added.length + removed.length === 0 ? undefined : { added, removed };
}
