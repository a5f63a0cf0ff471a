import type { Actor } from '../audit/event.js';
import { EntranceError } from '../errors.js';
import {
  holdsIdentity,
  identitiesOf,
  withIdentityMoved,
  withoutIdentity,
} from '../identity/linked-identities.js';
import type { LinkedIdentity, ProviderId, User } from '../identity/user.js';
import { endAndForget } from '../revalidation/end-and-forget.js';
import { endSessions } from '../session/end-sessions.js';
import { canAdminister } from './can-administer.js';
import { changeUser } from './change-user.js';
import type { Directory } from './directory.js';
import { type UnlinkingStores, unlinkIdentity, unlinkUser } from './unlink.js';

/** A move of all people from one directory (tenant) to another directory of the same provider. */
export interface TenantMove {
  /** Directory (tenant) IDs. */
  readonly from: string;
  readonly to: string;
  /**
   * The new object ID of each person, by the old object ID. Without this map everybody is unlinked, and claims their
   * account by its address at the next sign-in.
   */
  readonly objectIds: ReadonlyMap<string, string> | undefined;
}

export type TenantMoveStep =
  | (Moved & { readonly action: 'unlink' })
  | (Moved & { readonly action: 'relink'; readonly objectId: string })
  /** `not_in_map`: the file doesn't name the person. `identity_taken`: the new identity has an account of its own already. */
  | (Moved & { readonly action: 'stay'; readonly reason: 'not_in_map' | 'identity_taken' });

interface Moved {
  readonly user: User;
  /** The identity in the old directory. */
  readonly identity: LinkedIdentity;
}

export interface TenantMovePlan {
  readonly steps: readonly TenantMoveStep[];
  /** Whether a `platform_admin` who can sign in remains without the old directory. */
  readonly leavesAdministrator: boolean;
}

/** Plans a move, and changes nothing. `waysIn` are the ways in that are open to administrators. */
export async function planTenantMove(
  directory: Directory,
  move: TenantMove,
  waysIn: readonly ProviderId[],
): Promise<TenantMovePlan> {
  const steps: TenantMoveStep[] = [];
  let leavesAdministrator = false;
  for await (const some of directory.everybody()) {
    for (const { user } of some) {
      const identity = identitiesOf(user).find(({ providerScope }) => providerScope === move.from);
      const step = identity && (await stepFor(directory, { user, identity }, move));
      if (step !== undefined) steps.push(step);
      const left = step === undefined || step.action === 'relink' ? user : withoutMoved(step);
      leavesAdministrator ||= await canAdminister(directory, left, waysIn);
    }
  }
  // People who keep an identity go first, so that there is an administrator at every moment.
  const rank = ({ action }: TenantMoveStep) => ['relink', 'unlink', 'stay'].indexOf(action);
  steps.sort((one, other) => rank(one) - rank(other) || (one.user.email < other.user.email ? -1 : 1));
  return { steps, leavesAdministrator };
}

async function stepFor(directory: Directory, moved: Moved, move: TenantMove): Promise<TenantMoveStep> {
  if (move.objectIds === undefined) return { ...moved, action: 'unlink' };
  const { provider, providerId } = moved.identity;
  const objectId = move.objectIds.get(providerId);
  if (objectId === undefined) return { ...moved, action: 'stay', reason: 'not_in_map' };
  const taken = await directory.findByIdentity({ provider, providerScope: move.to, providerId: objectId });
  return taken === undefined
    ? { ...moved, action: 'relink', objectId }
    : { ...moved, action: 'stay', reason: 'identity_taken' };
}

/** The account without its identity in the old directory. */
function withoutMoved({ user, identity }: Moved): User {
  return { ...user, ...withoutIdentity(user, identity) };
}

/**
 * Carries out a plan account by account, each with its own event, and ends the sessions of each person. An account
 * whose identity changed since the plan stays as it is. If this breaks off, the next plan holds the accounts that are
 * left.
 * @throws EntranceError `last_admin`, before anything changes, if nobody who can administer would be left
 */
export async function moveTenant(
  stores: UnlinkingStores,
  { from, to }: TenantMove,
  { steps, leavesAdministrator }: TenantMovePlan,
  by: Actor,
  now: number,
): Promise<void> {
  if (!leavesAdministrator) throw new EntranceError('last_admin');
  for (const step of steps) {
    if (step.action === 'unlink') await unlink(step);
    else if (step.action === 'relink') await relink(step, step.objectId);
  }

  /** A person keeps their other identities. If there is none, the account waits for the person to claim it. */
  async function unlink({ user, identity }: Moved): Promise<void> {
    const others = identitiesOf(user).filter(({ providerScope }) => providerScope !== from);
    const { id } = user;
    if (others.length === 0) await unlinkUser(stores, { id, by });
    else {
      const left = others.map(({ provider }) => provider);
      await unlinkIdentity(stores, { id, by, identity, waysIn: left, now: new Date(now).toISOString() });
    }
  }

  async function relink({ user: { id }, identity }: Moved, providerId: string): Promise<void> {
    const { provider } = identity;
    const moved = { provider, providerScope: to, providerId };
    const user = await changeUser(stores.directory, id, (before) =>
      holdsIdentity(before, identity)
        ? {
            changes: withIdentityMoved(before, identity, moved),
            events: [{ action: 'user-relink', by, target: before, provider, tenantId: to }],
          }
        : undefined,
    );
    if (holdsIdentity(user, moved))
      await endAndForget(stores, id, [provider], () => endSessions(stores, user, 'identity_relinked', by));
  }
}
