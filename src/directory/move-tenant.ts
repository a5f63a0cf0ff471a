import type { Audit } from '../audit/audit.js';
import type { Actor } from '../audit/event.js';
import { EntranceError } from '../errors.js';
import type { ProviderId, User } from '../identity/user.js';
import { endSessions } from '../session/end-sessions.js';
import type { SessionStore } from '../session/session-store.js';
import { changeUser } from './change-user.js';
import type { Directory } from './directory.js';
import { unlinkUser } from './unlink.js';
import { administersBy, identityOf } from './user-keys.js';

/** People who sign in with one directory (tenant) of Microsoft's, and are to sign in with another one. */
export interface TenantMove {
  /** Directory (tenant) IDs. */
  readonly from: string;
  readonly to: string;
  /** The new object ID of each person, by the old one. Without it everybody is unlinked, and claims the account by address. */
  readonly objectIds: ReadonlyMap<string, string> | undefined;
}

/** The outcome for one account. */
export type TenantMoveStep =
  | { readonly user: User; readonly action: 'unlink' }
  | { readonly user: User; readonly action: 'relink'; readonly objectId: string }
  /** `not_in_map`: the file doesn't name the person. `identity_taken`: the new identity has an account of its own already. */
  | { readonly user: User; readonly action: 'stay'; readonly reason: 'not_in_map' | 'identity_taken' };

export interface TenantMovePlan {
  readonly steps: readonly TenantMoveStep[];
  /** Whether a `platform_admin` who can sign in is left once the old directory is gone. */
  readonly leavesAdministrator: boolean;
}

/** Plans a move, and changes nothing. `waysIn` are those that are open to administrators. */
export async function planTenantMove(
  directory: Directory,
  move: TenantMove,
  waysIn: readonly ProviderId[],
): Promise<TenantMovePlan> {
  const steps: TenantMoveStep[] = [];
  let leavesAdministrator = false;
  for await (const some of directory.everybody()) {
    for (const { user } of some) {
      const isMoved = identityOf(user)?.tenantId === move.from;
      const step = isMoved ? await stepFor(directory, user, move) : undefined;
      if (step !== undefined) steps.push(step);
      const staysAble = step === undefined || step.action === 'relink';
      leavesAdministrator ||= staysAble && (await canAdminister(directory, user, waysIn));
    }
  }
  // People who keep an identity go first, so that an administrator is there all along.
  const rank = ({ action }: TenantMoveStep) => ['relink', 'unlink', 'stay'].indexOf(action);
  steps.sort((one, other) => rank(one) - rank(other) || (one.user.email < other.user.email ? -1 : 1));
  return { steps, leavesAdministrator };
}

async function stepFor(directory: Directory, user: User, move: TenantMove): Promise<TenantMoveStep> {
  if (move.objectIds === undefined) return { user, action: 'unlink' };
  const objectId = move.objectIds.get(user.providerId ?? '');
  if (objectId === undefined) return { user, action: 'stay', reason: 'not_in_map' };
  const taken = await directory.findByIdentity({
    provider: 'entra',
    tenantId: move.to,
    providerId: objectId,
  });
  return taken === undefined
    ? { user, action: 'relink', objectId }
    : { user, action: 'stay', reason: 'identity_taken' };
}

async function canAdminister(
  directory: Directory,
  user: User,
  waysIn: readonly ProviderId[],
): Promise<boolean> {
  const way = administersBy(user);
  if (way === undefined || !waysIn.includes(way)) return false;
  return way !== 'local' || (await directory.findPasswordHash(user.id)) !== undefined;
}

/**
 * Carries out a plan, one account after the other, each with its event; their sessions end. An account that has another identity by
 * now stays as it is. Breaking off does no harm: the next plan holds what is left.
 * @throws EntranceError `last_admin`, before anything changes, if nobody would be left who can administer
 */
export async function moveTenant(
  stores: { readonly directory: Directory; readonly sessions: SessionStore; readonly audit: Audit },
  { to, from }: TenantMove,
  { steps, leavesAdministrator }: TenantMovePlan,
  by: Actor,
): Promise<void> {
  if (!leavesAdministrator) throw new EntranceError('last_admin');
  for (const step of steps) {
    if (step.action === 'unlink') await unlinkUser(stores, { id: step.user.id, by });
    else if (step.action === 'relink') await relink(step.user.id, step.objectId);
  }

  async function relink(id: string, providerId: string): Promise<void> {
    const user = await changeUser(stores.directory, id, (before) =>
      before.tenantId === from
        ? {
            changes: { tenantId: to, providerId },
            events: [{ action: 'user-relink', by, target: before, provider: 'entra', tenantId: to }],
          }
        : undefined,
    );
    if (user.tenantId === to) await endSessions(stores, user, 'identity_relinked', by);
  }
}
