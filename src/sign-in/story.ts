import { type Claimed, isComplete, namedIn } from '../identity/claimed.js';
import { domainOf } from '../identity/email.js';
import type { Identity } from '../identity/identity.js';
import { tenantOf } from '../identity/linked-identities.js';
import { grantChanges } from '../identity/reconcile-grants.js';
import { roleNames } from '../identity/roles.js';
import type { Grant, User } from '../identity/user.js';
import type { CompletedSignIn, Provider } from '../providers/provider.js';
import type { Admitted } from './admit-user.js';
import type { Transaction } from './transaction.js';

/*
 * The steps of a sign-in for LOG_LEVEL=debug. They hold no code, token, cookie, `state`, `nonce` or verifier, and no
 * claim's value but the tenant and the domain: names and numbers are enough to find the step that went wrong.
 */

export function requestTold({ id, tenant }: Provider, { origin, pathname, searchParams: asked }: URL) {
  return {
    provider: id,
    tenant,
    endpoint: origin + pathname,
    scopes: asked.get('scope'),
    prompt: asked.get('prompt') ?? 'none set',
    hasLoginHint: asked.has('login_hint'),
    authContext: asked.has('claims') ? 'asked for' : 'not asked for',
  };
}

export function answerTold(
  provider: Provider,
  parameters: URLSearchParams,
  transaction: Transaction,
  now: number,
) {
  return {
    provider: provider.id,
    answer: parameters.has('error') ? 'an error' : 'a code',
    namesIssuer: parameters.has('iss'),
    links: transaction.linkTo !== undefined,
    awayMs: now - transaction.startedAt,
  };
}

/** The parts of the identity that decisions depend on. */
export function identityTold(identity: CompletedSignIn, { authContext }: Transaction) {
  return {
    tenant: tenantOf(identity.key),
    domain: domainTold(identity),
    emailVerified: identity.emailVerified,
    groups: countTold(identity.groups),
    appRoles: countTold(identity.appRoles),
    authContext: { asked: authContext, confirmed: identity.authContexts ?? [] },
    refreshToken: identity.refreshToken !== undefined,
  };
}

/** The number of values, and whether there may be more. */
function countTold(claimed: Claimed): number | string {
  const { length } = namedIn(claimed);
  return isComplete(claimed) ? length : `unknown, at least ${length}`;
}

export function domainTold({
  email,
  domain = email === undefined ? undefined : domainOf(email),
}: Partial<Pick<Identity, 'domain' | 'email'>>): string | undefined {
  return domain;
}

/** The line of the admission rule that let the person in, and the changes. */
export function admissionTold({ decision, user, before }: Admitted) {
  return {
    decision: decision ?? 'link',
    userId: user.id,
    roles: changesTold(before?.roles, user.roles),
    teams: changesTold(before?.teams, user.teams),
  };
}

function changesTold(before: readonly Grant[] = [], after: readonly Grant[]) {
  const changes = grantChanges(before, after);
  const named = (wanted: 'given' | 'taken') =>
    changes.filter(({ change }) => change === wanted).map(({ name }) => name);
  return { gained: named('given'), lost: named('taken') };
}

export function sessionTold({ id, provider, roles }: User) {
  return { userId: id, provider, roles: roleNames(roles) };
}
