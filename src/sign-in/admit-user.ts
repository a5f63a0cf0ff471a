import { isDeepStrictEqual } from 'node:util';
import type { Actor } from '../audit/event.js';
import type { Clock } from '../clock.js';
import type { NewUser, Outcome, UserChanges } from '../directory/directory.js';
import type { SignInErrorCode } from '../error-codes.js';
import { EntranceError, type ErrorFacts } from '../errors.js';
import type { Hooks } from '../extensions/hooks.js';
import { type Admission, type AdmissionPolicy, admit, type Candidates } from '../identity/admission.js';
import { hasLapsed } from '../identity/approval.js';
import type { ClaimedRights } from '../identity/claimed.js';
import { assertedBy } from '../identity/grant-rules.js';
import type { Identity } from '../identity/identity.js';
import {
  isFirstIdentity,
  tenantOf,
  waysInOf,
  withIdentity,
  withIdentityUsed,
} from '../identity/linked-identities.js';
import { reconcileGrants } from '../identity/reconcile-grants.js';
import { holdsRole, PLATFORM_ADMIN } from '../identity/roles.js';
import { type User, unverifiedSince } from '../identity/user.js';
import { uuidv7 } from '../identity/uuid.js';
import { forgetRequest } from '../people/approval.js';
import type { Dependencies } from '../stores.js';
import {
  type AddressChange,
  claimedAddress,
  refusedAddress,
  takenAddress,
  withMerged,
  writeAddressChange,
} from './address-changes.js';
import { administratorsLost, changeEvents, creationEvents } from './admission-events.js';
import type { GrantPolicy } from './grant-policy.js';

/** The number of attempts to decide, when others keep changing the directory in between. */
const MAX_ROUNDS = 10;

/** Milliseconds within which sign-ins of one person count as one. */
const LAST_SIGN_IN_PRECISION_MS = 10_000;

export interface Admitted {
  readonly user: User;
  /** The user before this sign-in; undefined for a new user. */
  readonly before: User | undefined;
  /** The groups and app roles of the sign-in; undefined if they decided nothing. */
  readonly asserted?: ClaimedRights;
  /** The decision of the admission rule; undefined if an account was linked. */
  readonly decision?: Admission['action'];
  /** The sign-in took `platform_admin` from the last person who held it and could sign in. */
  readonly tookLastAdmin?: true | undefined;
}

export interface AdmissionStores extends Pick<Dependencies, 'audit' | 'directory' | 'log' | 'sessions'> {
  readonly hooks: Pick<Hooks, 'admit'>;
}

/**
 * Applies the admission rule to the directory, reconciles roles and memberships and records the changes, in one atomic
 * write. If another request wrote in between (a first sign-in in another tab), the rule is applied again to the new
 * state. A request for approval that has lapsed counts as never made.
 * @throws EntranceError with the code of the rule that refused
 */
export async function admitUser(
  stores: AdmissionStores,
  identity: Identity,
  policy: AdmissionPolicy,
  grants: GrantPolicy,
  clock: Clock,
  origin: Actor,
): Promise<Admitted> {
  const { directory } = stores;
  const now = new Date(clock.now()).toISOString();
  const occasion = { identity, now, origin };
  const asserted = assertedBy(identity);
  const seen = { ...asserted, at: now, provider: identity.key.provider };
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
    // The host app is asked only about people whom our own rules allow, and before anything is written.
    if (admission.action !== 'refuse') await askHost(admission);
    const outcome = await apply(admission, { known, holder });
    if ('user' in outcome && outcome.user.status === 'pending')
      throw refusal('pending_approval', outcome.user);
    if ('user' in outcome)
      return {
        user: outcome.user,
        before: 'user' in admission ? admission.user : undefined,
        asserted,
        decision: admission.action,
        tookLastAdmin: outcome.tookLastAdmin,
      };
  }
  throw new EntranceError('sso_failed', { cause: 'the directory changed in every round' });

  function askHost(admission: Exclude<Admission, { action: 'refuse' }>): Promise<void> {
    const user = 'user' in admission ? admission.user : undefined;
    const { provider } = identity.key;
    return stores.hooks.admit({ purpose: 'sign-in', provider, identity, user, ip: origin.ip });
  }

  async function apply(admission: Admission, { known, holder }: Candidates): Promise<Outcome> {
    switch (admission.action) {
      case 'refuse': {
        const outcome = known && (await doubtAddress(known, holder));
        if (outcome !== undefined && 'conflict' in outcome) return outcome;
        throw refusal(admission.code, admission.user, holder);
      }
      case 'create':
        return create(admission);
      case 'claim':
        return update(admission.user, {
          ...profileChanges(),
          ...grantsAfter(admission.user),
          ...withIdentity(admission.user, identity.key, now),
        });
      case 'welcome': {
        const { user, merges } = admission;
        const roles = withMerged(user.roles, merges?.roles);
        const teams = withMerged(user.teams, merges?.teams);
        const address = claimedAddress(user, admission, occasion);
        const changes = {
          fullName: isFirstIdentity(identity.key, user) ? identity.fullName : user.fullName,
          lastLoginAt: now,
          ...withIdentityUsed(user, identity.key, now),
          ...(grants.everySignIn ? grantsAfter({ roles, teams }) : { roles, teams }),
          ...address.changes,
          status: 'active',
        } as const;
        return isRecordedAlready(user, changes) ? { user } : update(user, changes, address);
      }
    }
  }

  /** A refused sign-in may still show that the account's address isn't the person's any more. */
  async function doubtAddress(user: User, holder: User | undefined): Promise<Outcome | undefined> {
    const address = refusedAddress(user, holder, occasion);
    if (address === undefined) return undefined;
    const { changes, events } = address;
    return write({ ...user, ...changes }, address, () => directory.update(user, changes, { events }));
  }

  async function create(admission: Extract<Admission, { action: 'create' }>): Promise<Outcome> {
    const user = await newUser(admission);
    const address = admission.takesFrom && takenAddress(user, admission.takesFrom, occasion);
    const events = [...creationEvents(user, grants.teamNames, origin), ...(address?.events ?? [])];
    return write(user, address, () => directory.create(user, { events, seen, ...address?.other }));
  }

  async function update(user: User, changes: UserChanges, address?: AddressChange): Promise<Outcome> {
    return write({ ...user, ...changes }, address, () =>
      directory.update(user, changes, {
        events: [
          ...changeEvents(user, changes, grants.teamNames, origin, identity.key.provider),
          ...(address?.events ?? []),
        ],
        ifLastAdmin: [administratorsLost(user, origin, identity.key.provider)],
        seen,
        ...address?.other,
      }),
    );
  }

  async function write(
    user: NewUser,
    address: AddressChange | undefined,
    change: () => Promise<Outcome>,
  ): Promise<Outcome> {
    return address === undefined
      ? change()
      : writeAddressChange(stores, address, { ...origin, user }, change);
  }

  async function newUser({
    email,
    status,
    unverified,
  }: Extract<Admission, { action: 'create' }>): Promise<NewUser> {
    const given = grantsAfter({ roles: [], teams: [] });
    const waits = status === 'pending' && !(await isFirstAdmin(given.roles));
    return {
      id: uuidv7(clock.now()),
      email,
      ...(unverified ? { emailDoubt: unverifiedSince(now) } : {}),
      ...profileChanges(),
      ...identity.key,
      status: waits ? 'pending' : 'active',
      ...given,
      decision: null,
      createdAt: now,
      ...(waits ? { lastLoginAt: null } : {}),
    };
  }

  /** Somebody has to approve others: while there is no administrator, the first one is let in without approval. */
  async function isFirstAdmin(roles: User['roles']): Promise<boolean> {
    return holdsRole(roles, PLATFORM_ADMIN) && !(await directory.hasAdmin());
  }

  function refusal(code: SignInErrorCode, user: User | undefined, holder?: User): EntranceError {
    const tenantId = tenantOf(identity.key);
    const facts = { ...(tenantId === undefined ? {} : { tenantId }), ...requestFacts(user) };
    if (code !== 'account_conflict' || holder === undefined) return new EntranceError(code, { facts });
    const account = { id: holder.id, email: holder.email, fullName: holder.fullName };
    const known = { ...facts, ...waysFacts(identity, holder) };
    return new EntranceError(code, { facts: known, account, remedy: conflictRemedy(holder) });
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

/** Only a person whose provider vouches for the same address may see the ways in of its account. */
function waysFacts({ emailVerified }: Identity, holder: User): ErrorFacts {
  const signsInWith = waysInOf(holder);
  return emailVerified && signsInWith.length > 0 ? { signsInWith } : {};
}

/** Only an administrator can resolve the conflict: the log names the account and the button. */
function conflictRemedy({ id, provider }: User): string {
  return provider === 'local'
    ? `the local account ${id} keeps its address. Its person signs in with the password and links the provider under “My account”; if nobody uses it, delete it at /admin/users/${id}`
    : `if it is the same person, made anew at the provider, unlink the account ${id} (“Unlink from …” at /admin/users/${id}, or DELETE /auth/users/${id}/identity): the next sign-in gets it. If it is somebody else’s who has left, disable or delete that one. For everybody of a directory: entrance users move-tenant`;
}

/** The facts that somebody who isn't approved may know about their own request. */
function requestFacts(user: User | undefined): ErrorFacts {
  if (user?.status === 'pending') return { askedAt: user.createdAt };
  if (user?.status !== 'rejected' || user.decision === null) return {};
  const { at, reason } = user.decision;
  return { decidedAt: at, ...(reason === null ? {} : { reason }) };
}

/** Whether a sign-in a moment ago wrote the same, so that many tabs don't compete for the same write. */
function isRecordedAlready(
  user: User,
  changes: Pick<User, 'email' | 'emailDoubt' | 'fullName' | 'roles' | 'teams' | 'status'> & {
    readonly lastLoginAt: string;
  },
): boolean {
  const since = Date.parse(changes.lastLoginAt) - Date.parse(user.lastLoginAt ?? '');
  const isSame =
    user.status === changes.status &&
    user.email === changes.email &&
    isDeepStrictEqual(user.emailDoubt, changes.emailDoubt) &&
    user.fullName === changes.fullName &&
    isDeepStrictEqual(timeless(user), timeless(changes));
  return isSame && since < LAST_SIGN_IN_PRECISION_MS;
}

function timeless({ roles, teams }: Pick<User, 'roles' | 'teams'>) {
  return [...roles, ...teams].map((grant) => ({ ...grant, confirmedAt: undefined }));
}
