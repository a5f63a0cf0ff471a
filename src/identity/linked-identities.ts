import type { FurtherIdentity, IdentityKey, LinkedIdentity, ProviderId, User } from './user.js';

/** The fields of an account that hold its identities. */
type Held = Pick<User, 'provider' | 'providerId' | 'providerScope' | 'linkedAt' | 'furtherIdentities'>;
type Holder = Held & Pick<User, 'createdAt'>;

/** The first one first. A local account has none, and neither has one that waits to be claimed. */
export function identitiesOf(user: Holder): readonly LinkedIdentity[] {
  return heldBy(user).map(({ usedAt: _, ...identity }) => identity);
}

function heldBy(user: Holder): readonly FurtherIdentity[] {
  const { provider, providerScope, providerId, linkedAt, furtherIdentities = [], createdAt } = user;
  if (provider === 'local' || providerScope === null || providerId === null) return [];
  const first = { provider, providerScope, providerId, linkedAt: linkedAt ?? createdAt, usedAt: null };
  return [first, ...furtherIdentities];
}

function holding(user: Holder, identities: readonly FurtherIdentity[]): Held {
  const [first, ...further] = identities;
  const { provider, createdAt } = user;
  if (first === undefined)
    return {
      provider,
      providerId: null,
      providerScope: null,
      linkedAt: undefined,
      furtherIdentities: undefined,
    };
  return {
    provider: first.provider,
    providerId: first.providerId,
    providerScope: first.providerScope,
    linkedAt: first.linkedAt === createdAt ? undefined : first.linkedAt,
    furtherIdentities: further.length === 0 ? undefined : further,
  };
}

/** An account with one more identity, which is the first one if there was none. */
export function withIdentity(user: Holder, key: IdentityKey, now: string): Held {
  const { provider, providerScope, providerId } = key;
  return holding(user, [
    ...heldBy(user),
    { provider, providerScope, providerId, linkedAt: now, usedAt: null },
  ]);
}

/** An account without one of its identities. If the first one goes, the next one takes its place. */
export function withoutIdentity(user: Holder, key: IdentityKey): Held {
  return holding(
    user,
    heldBy(user).filter((identity) => !isSameIdentity(identity, key)),
  );
}

/** One identity is replaced, for example by that of the same person in another directory. */
export function withIdentityMoved(user: Holder, from: IdentityKey, to: IdentityKey): Held {
  const { provider, providerScope, providerId } = to;
  const moved = (identity: FurtherIdentity) =>
    isSameIdentity(identity, from) ? { ...identity, provider, providerScope, providerId } : identity;
  return holding(user, heldBy(user).map(moved));
}

/** An account after a sign-in with this identity. */
export function withIdentityUsed(user: Holder, key: IdentityKey, now: string): Held {
  const used = (identity: FurtherIdentity) =>
    isSameIdentity(identity, key) ? { ...identity, usedAt: now } : identity;
  return holding(user, heldBy(user).map(used));
}

/** The first identity if the last used one is gone. Roles and teams by single sign-on rest on it. */
export function lastUsedIdentity(user: Holder & Pick<User, 'lastLoginAt'>): LinkedIdentity | undefined {
  const held = heldBy(user);
  return held.find(({ usedAt }) => usedAt !== null && usedAt === user.lastLoginAt) ?? held[0];
}

/** The identities that the account had at its last sign-in. */
export function identitiesAtLastSignIn(user: Holder & Pick<User, 'lastLoginAt'>): readonly LinkedIdentity[] {
  const { lastLoginAt } = user;
  return lastLoginAt === null ? [] : identitiesOf(user).filter(({ linkedAt }) => linkedAt <= lastLoginAt);
}

export function isSameIdentity(one: IdentityKey, other: IdentityKey): boolean {
  return (
    one.provider === other.provider &&
    one.providerScope === other.providerScope &&
    one.providerId === other.providerId
  );
}

/** Whether the account takes its name and its address from this identity. */
export function isFirstIdentity(key: IdentityKey, user: Holder): boolean {
  const [first] = identitiesOf(user);
  return first === undefined || isSameIdentity(first, key);
}

export function holdsIdentity(user: Holder, key: IdentityKey): boolean {
  return identitiesOf(user).some((identity) => isSameIdentity(identity, key));
}

/** The ways in of an account: `local`, or the providers of its identities, without repetition. */
export function waysInOf(user: Holder): readonly ProviderId[] {
  const providers = identitiesOf(user).map(({ provider }) => provider);
  return user.provider === 'local' ? [user.provider] : [...new Set(providers)];
}

/** Undefined if the scope of the identity is an issuer, or the origin of an API. */
export function tenantOf({ providerScope }: Pick<IdentityKey, 'providerScope'>): string | undefined {
  return providerScope.includes('://') ? undefined : providerScope;
}
