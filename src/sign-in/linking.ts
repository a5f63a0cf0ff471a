import type { Request, RequestHandler } from 'express';
import { existingUser, MAX_ROUNDS } from '../directory/change-user.js';
import { EntranceError, type ErrorFacts } from '../errors.js';
import type { Hooks } from '../extensions/hooks.js';
import { personIn, sessionOf } from '../guards/guards.js';
import { claimAddress } from '../identity/addresses.js';
import { type VouchingPolicy, vouch } from '../identity/admission.js';
import type { Identity } from '../identity/identity.js';
import { tenantOf, waysInOf, withIdentity } from '../identity/linked-identities.js';
import { isRecent } from '../identity/recent-sign-in.js';
import type { ProviderId, User } from '../identity/user.js';
import { findProvider } from '../providers/registry.js';
import { originOf } from '../requests/request-id.js';
import { endSessions } from '../session/end-sessions.js';
import { claimedAddress, type Occasion, withMerged, writeAddressChange } from './address-changes.js';
import type { SignInDependencies } from './dependencies.js';
import { leadOnFromForm } from './lead-on-from-form.js';

/**
 * `POST /admin/account/link/:provider`: begins to link the account of the signed-in person with an account at a
 * provider, and redirects there. This is a POST from our own page: otherwise another site could make a person link an
 * account that isn't theirs. If the account has a way in at a provider already, the sign-in must be recent: otherwise a
 * stolen session could add a way in that stays.
 */
export function createLinking(deps: SignInDependencies): RequestHandler<{ provider: string }> {
  const { directory, providers, pages, clock } = deps;
  return async (request, response) => {
    const provider = findProvider(providers, request.params.provider);
    const session = sessionOf(request).record;
    const user = await directory.find(session.userId);
    assertMayLink(user, provider.id);
    if (user.provider !== 'local' && !isRecent(session.createdAt, clock.now())) {
      pages.leaveNotice(response, {
        tone: 'warning',
        text: 'To add a way to sign in, sign in again first.',
      });
      response.redirect(303, pages.at('/admin/account'));
      return;
    }
    await leadOnFromForm(deps, request, response, provider, {
      what: 'a sign-in that links an account began',
      purpose: { next: pages.at('/admin/account'), linkTo: session.userId },
    });
  };
}

export interface LinkingStores
  extends Pick<SignInDependencies, 'audit' | 'clock' | 'directory' | 'log' | 'readSession' | 'sessions'> {
  readonly hooks: Pick<Hooks, 'admit'>;
}

/**
 * Adds the identity that the provider has confirmed to the account that began to link, and ends all sessions of the
 * account. A local account signs in with the identity from now on: it loses its password, and its address becomes the
 * one that the provider gives the person. Any other account keeps its ways in and gets one more.
 * @throws EntranceError `transaction_invalid` if the session is another person's or there is none, `identity_taken`,
 *   and the codes of identities that may not sign in
 */
export async function linkIdentity(
  deps: LinkingStores,
  request: Request,
  identity: Identity,
  policy: VouchingPolicy,
  linkTo: string,
): Promise<User> {
  const session = await deps.readSession(request);
  if (session?.record.userId !== linkTo)
    throw new EntranceError('transaction_invalid', {
      cause: 'another session than the one that began to link',
    });
  const vouching = vouch(identity, policy);
  if ('refusal' in vouching) throw new EntranceError(vouching.refusal, { facts: tenantFacts(identity) });

  const by = { ...originOf(request), user: personIn(session.record) };
  await deps.hooks.admit({
    purpose: 'link',
    provider: identity.key.provider,
    identity,
    user: await existingUser(deps.directory, linkTo),
    ip: by.ip,
  });
  const user = await link(deps, linkTo, vouching.email, {
    identity,
    now: new Date(deps.clock.now()).toISOString(),
    origin: by,
  });
  await endSessions(deps, user, 'identity_linked', by);
  return user;
}

/** Writes the link in one atomic write. If another request was faster, the decision is made again. */
async function link(deps: LinkingStores, id: string, email: string, occasion: Occasion): Promise<User> {
  const { directory } = deps;
  const { identity, origin: by } = occasion;
  const { provider } = identity.key;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const before = await existingUser(directory, id);
    assertMayLink(before, provider);
    if ((await directory.findByIdentity(identity.key)) !== undefined)
      throw new EntranceError('identity_taken');
    const claim = claimAddress(identity, email, before, await directory.findByEmail(email));
    const address = claimedAddress(before, claim, occasion);
    const changes = {
      ...withIdentity(before, identity.key, occasion.now),
      ...address.changes,
      roles: withMerged(before.roles, claim.merges?.roles),
      teams: withMerged(before.teams, claim.merges?.teams),
    };
    const events = [
      { action: 'user-link', by, target: before, provider, tenantId: tenantOf(identity.key) } as const,
      ...address.events,
    ];
    const outcome = await writeAddressChange(deps, address, by, () =>
      directory.update(before, changes, { keepAnAdmin: true, events, ...address.other }),
    );
    if ('user' in outcome) return outcome.user;
    if (outcome.conflict === 'last_admin') throw new EntranceError(outcome.conflict);
  }
  throw new EntranceError('stale');
}

function tenantFacts({ key }: Identity): ErrorFacts {
  const tenantId = tenantOf(key);
  return tenantId === undefined ? {} : { tenantId };
}

/** Refuses an account that nobody can sign in to, and a provider that the account signs in with already. */
function assertMayLink(user: User | undefined, provider: ProviderId): asserts user is User {
  const ways = user?.status === 'active' ? waysInOf(user) : [];
  if (ways.length === 0 || ways.includes(provider)) throw new EntranceError('not_local');
}
