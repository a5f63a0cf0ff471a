import { EntranceError } from '../errors.js';
import { identitiesOf } from '../identity/linked-identities.js';
import type { LinkedIdentity, User } from '../identity/user.js';

/** An identity as a request names it: by its provider, and by who it is there if an account has several of one provider. */
export interface NamedIdentity {
  readonly provider: string;
  readonly provider_id?: string | undefined;
}

/**
 * The identity of a user that a request names.
 * @throws EntranceError `invalid_request` if none is meant, or several could be
 */
export function namedIdentity(
  user: User,
  { provider, provider_id: providerId }: NamedIdentity,
): LinkedIdentity {
  const meant = identitiesOf(user).filter(
    (identity) =>
      identity.provider === provider && (providerId === undefined || identity.providerId === providerId),
  );
  const [identity] = meant;
  if (identity === undefined) {
    const field = providerId === undefined ? 'provider' : 'provider_id';
    throw new EntranceError('invalid_request', { detail: `${field}: the account isn’t linked to it.` });
  }
  if (meant.length > 1)
    throw new EntranceError('invalid_request', {
      detail: 'provider_id: the account has several identities of this provider. Say which one is meant.',
    });
  return identity;
}
