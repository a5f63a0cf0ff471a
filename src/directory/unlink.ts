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
 * Parts an account from all its identities and ends its sessions. It is then as if it had been added ahead: whoever brings its
 * verified address claims it, and what single sign-on gave doesn't wait for them. Nobody gets a password by this, which
 * would outlive their leaving. Nothing happens to an account without an identity.
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

/** One of several identities that is to go. */
export interface IdentityUnlinking extends Editing {
  readonly identity: IdentityKey;
  /** The ways in that are open. */
  readonly waysIn: readonly ProviderId[];
  /** ISO 8601 in UTC. */
  readonly now: string;
}

/**
 * Parts an account from one of its identities, and ends the sessions that began with its provider. Roles and teams that rest on
 * it go too: those of the last sign-in, and those of the first one if each sign-in doesn't decide anew. The address is the first
 * identity's: without that one nobody vouches for it, until the next one has brought its own, and every session ends.
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
