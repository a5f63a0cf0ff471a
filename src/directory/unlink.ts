import type { Audit } from '../audit/audit.js';
import { EntranceError } from '../errors.js';
import {
  holdsIdentity,
  identitiesOf,
  isSameIdentity,
  lastUsedIdentity,
  tenantOf,
  waysInOf,
  withoutIdentity,
} from '../identity/linked-identities.js';
import { type IdentityKey, type ProviderId, type User, unverifiedSince } from '../identity/user.js';
import { endAndForget, type ForgettingStores } from '../revalidation/end-and-forget.js';
import { endSessions, endSessionsOfProvider } from '../session/end-sessions.js';
import type { SessionStore } from '../session/session-store.js';
import { changeUser } from './change-user.js';
import type { Directory } from './directory.js';
import type { Editing } from './edit-user.js';
import { type Edit, isManual } from './user-edits.js';

export interface UnlinkingStores extends ForgettingStores {
  readonly directory: Directory;
  readonly sessions: SessionStore;
  readonly audit: Audit;
}

/**
 * Unlinks an account from all its identities and ends its sessions. The account is then like one that was added ahead:
 * the person who signs in with its verified address claims it. Roles and teams by single sign-on are taken away. The
 * account gets no password, since a password would outlive the person's leaving. An account without an identity stays
 * as it is.
 * @throws EntranceError `not_found`, `last_admin`, `stale`
 */
export async function unlinkUser(stores: UnlinkingStores, { id, by, check }: Editing): Promise<User> {
  let ways: readonly ProviderId[] = [];
  const user = await changeUser(stores.directory, id, (before) => {
    check?.(before);
    ways = [...new Set([before.provider, ...waysInOf(before)])];
    return withoutIdentities(before, by);
  });
  if (user.provider !== 'local' && identitiesOf(user).length === 0)
    await endAndForget(stores, id, ways, () => endSessions(stores, user, 'identity_unlinked', by));
  return user;
}

const withoutIdentities: Edit = (user, by) => {
  const [first] = identitiesOf(user);
  if (first === undefined) return undefined;
  return {
    changes: {
      providerId: null,
      providerScope: null,
      linkedAt: undefined,
      furtherIdentities: undefined,
      lastLoginAt: null,
      ...withoutSso(user),
    },
    events: [{ action: 'user-unlink', by, target: user, provider: first.provider }],
  };
};

export interface IdentityUnlinking extends Editing {
  readonly identity: IdentityKey;
  /** The ways in that are open. */
  readonly waysIn: readonly ProviderId[];
  /** ISO 8601 in UTC. */
  readonly now: string;
}

/**
 * Unlinks one identity from an account, and ends the sessions that began with its provider. If the identity is the
 * first one, or the one that was used last, roles and teams by single sign-on may rest on it, so they are taken away.
 * The address comes from the first identity: without that identity nobody vouches for the address until a sign-in with
 * the next one, and all sessions end.
 * @throws EntranceError `not_found`, `last_identity` if nothing else lets the person in, `last_admin`, `stale`
 */
export async function unlinkIdentity(
  stores: UnlinkingStores,
  { id, by, check, identity, waysIn, now }: IdentityUnlinking,
): Promise<User> {
  const { provider } = identity;
  let wasFirst = false;
  let ways: readonly ProviderId[] = [];
  const user = await changeUser(stores.directory, id, (before) => {
    check?.(before);
    if (!holdsIdentity(before, identity))
      throw new EntranceError('not_found', { detail: 'The account isn’t linked to that identity.' });
    const after = { ...before, ...withoutIdentity(before, identity) };
    if (!waysInOf(after).some((way) => waysIn.includes(way))) throw new EntranceError('last_identity');
    const isIt = (one: IdentityKey | undefined) => one !== undefined && isSameIdentity(one, identity);
    wasFirst = isIt(identitiesOf(before)[0]);
    ways = waysInOf(before);
    return {
      changes: {
        ...withoutIdentity(before, identity),
        ...(wasFirst || isIt(lastUsedIdentity(before)) ? withoutSso(before) : {}),
        ...(wasFirst ? { emailDoubt: before.emailDoubt ?? unverifiedSince(now) } : {}),
      },
      events: [{ action: 'user-unlink', by, target: before, provider, tenantId: tenantOf(identity) }],
    };
  });
  await endAndForget(stores, id, wasFirst ? ways : [provider], () =>
    wasFirst
      ? endSessions(stores, user, 'identity_unlinked', by)
      : endSessionsOfProvider(stores, user, provider, 'identity_unlinked', by),
  );
  return user;
}

function withoutSso({ roles, teams }: User): Pick<User, 'roles' | 'teams'> {
  return { roles: roles.filter(isManual), teams: teams.filter(isManual) };
}
