import { isDeepStrictEqual } from 'node:util';
import type { Actor } from '../audit/event.js';
import type { Clock } from '../clock.js';
import type { Directory, NewUser, Outcome, UserChanges } from '../directory/directory.js';
import { forgetRequest } from '../directory/requests.js';
import { EntranceError, type ErrorFacts, type SignInErrorCode } from '../errors.js';
import { type Admission, type AdmissionPolicy, admit } from '../identity/admission.js';
import { hasLapsed } from '../identity/approval.js';
import type { ClaimedRights } from '../identity/claimed.js';
import { assertedBy } from '../identity/grant-rules.js';
import type { Identity } from '../identity/identity.js';
import { reconcileGrants } from '../identity/reconcile-grants.js';
import { holdsRole, PLATFORM_ADMIN } from '../identity/roles.js';
import type { User } from '../identity/user.js';
import { uuidv7 } from '../identity/uuid.js';
import { administratorsLost, changeEvents, creationEvents } from './admission-events.js';
import type { GrantPolicy } from './grant-policy.js';

/** How often a decision is made again because somebody else changed the directory in between. */
const MAX_ROUNDS = 10;

/** Sign-ins of one person within this count as one, milliseconds. */
const LAST_SIGN_IN_PRECISION = 10_000;

export interface Admitted {
  readonly user: User;
  /** The user as it was before this sign-in; undefined for a new one. */
  readonly before: User | undefined;
  /** What the sign-in said of groups and app roles; undefined where nothing was decided by it. */
  readonly asserted?: ClaimedRights;
  /** This took `platform_admin` from the last who had it and could sign in. */
  readonly tookLastAdmin?: true | undefined;
}

/**
 * Applies the admission rule to the directory, reconciles roles and memberships and records what changes, in one atomic write. Where somebody
 * else wrote in between (a first sign-in in another tab), the rule is applied afresh to what is there now. A request for
 * approval that has lapsed counts as never made.
 * @throws EntranceError with the code of the rule that refused
 */
export async function admitUser(
  directory: Directory,
  identity: Identity,
  policy: AdmissionPolicy,
  grants: GrantPolicy,
  clock: Clock,
  origin: Actor,
): Promise<Admitted> {
  const now = new Date(clock.now()).toISOString();
  const asserted = assertedBy(identity);
  const seen = { ...asserted, at: now };
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const [known, holder] = await Promise.all([
      directory.findByIdentity(identity.key),
      identity.email === undefined ? undefined : directory.findByEmail(identity.email),
    ]);
    const lapsed = [known, holder].find((user) => user !== undefined && hasLapsed(user, clock.now()));
    if (lapsed !== undefined) {
      await forgetRequest(directory, lapsed);
      continue;
    }
    const admission = admit(identity, policy, { known, holder });
    const outcome = await apply(admission);
    if ('user' in outcome && outcome.user.status === 'pending')
      throw refusal('pending_approval', outcome.user);
    if ('user' in outcome)
      return {
        user: outcome.user,
        before: 'user' in admission ? admission.user : undefined,
        asserted,
        tookLastAdmin: outcome.tookLastAdmin,
      };
  }
  throw new EntranceError('sso_failed', { cause: 'the directory changed in every round' });

  async function apply(admission: Admission): Promise<Outcome> {
    switch (admission.action) {
      case 'refuse':
        throw refusal(admission.code, admission.user);
      case 'create': {
        const user = await newUser(admission);
        return directory.create(user, { events: creationEvents(user, grants.teamNames, origin), seen });
      }
      case 'claim':
        return update(admission.user, {
          ...profileChanges(),
          ...grantsAfter(admission.user),
          ...identity.key,
        });
      case 'welcome': {
        const reconciled = grants.everySignIn ? grantsAfter(admission.user) : admission.user;
        const { roles, teams } = reconciled;
        const changes = { ...profileChanges(), roles, teams, email: admission.email };
        return isSaidAlready(admission.user, changes)
          ? { user: admission.user }
          : update(admission.user, changes);
      }
    }
  }

  async function update(user: User, changes: UserChanges): Promise<Outcome> {
    return directory.update(user, changes, {
      events: changeEvents(user, changes, grants.teamNames, origin),
      ifLastAdmin: [administratorsLost(user, origin)],
      seen,
    });
  }

  async function newUser({ email, status }: Extract<Admission, { action: 'create' }>): Promise<NewUser> {
    const given = grantsAfter({ roles: [], teams: [] });
    const waits = status === 'pending' && !(await isFirstAdmin(given.roles));
    return {
      id: uuidv7(clock.now()),
      email,
      ...profileChanges(),
      ...identity.key,
      status: waits ? 'pending' : 'active',
      ...given,
      decision: null,
      createdAt: now,
      ...(waits ? { lastLoginAt: null } : {}),
    };
  }

  /** Somebody has to be there to approve: whom the operator's groups make an administrator, as long as there is none. */
  async function isFirstAdmin(roles: User['roles']): Promise<boolean> {
    return holdsRole(roles, PLATFORM_ADMIN) && !(await directory.hasAdmin());
  }

  function refusal(code: SignInErrorCode, user: User | undefined): EntranceError {
    return new EntranceError(code, { facts: { tenantId: identity.key.tenantId, ...requestFacts(user) } });
  }

  function profileChanges() {
    return { fullName: identity.fullName, lastLoginAt: now };
  }

  function grantsAfter({ roles, teams }: Pick<User, 'roles' | 'teams'>) {
    return {
      roles: reconcileGrants(roles, asserted, grants.roles, now),
      teams: reconcileGrants(teams, asserted, grants.teams, now),
    };
  }
}

/** What somebody who isn't approved is told about their own request. */
function requestFacts(user: User | undefined): ErrorFacts {
  if (user?.status === 'pending') return { askedAt: user.createdAt };
  if (user?.status !== 'rejected' || user.decision === null) return {};
  const { at, reason } = user.decision;
  return { decidedAt: at, ...(reason === null ? {} : { reason }) };
}

/** Whether a sign-in of a moment ago wrote the same: then a crowd of tabs doesn't compete for the same write. */
function isSaidAlready(
  user: User,
  changes: Pick<User, 'email' | 'fullName' | 'roles' | 'teams'> & { readonly lastLoginAt: string },
): boolean {
  const since = Date.parse(changes.lastLoginAt) - Date.parse(user.lastLoginAt ?? '');
  const isSame =
    user.email === changes.email &&
    user.fullName === changes.fullName &&
    isDeepStrictEqual(timeless(user), timeless(changes));
  return isSame && since < LAST_SIGN_IN_PRECISION;
}

function timeless({ roles, teams }: Pick<User, 'roles' | 'teams'>) {
  return [...roles, ...teams].map((grant) => ({ ...grant, confirmedAt: undefined }));
}
