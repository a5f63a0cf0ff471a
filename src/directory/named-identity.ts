import type { Clock } from '../clock.js';
import type { Config } from '../config/config.js';
import { waysIn } from '../config/ways-in.js';
import { EntranceError } from '../errors.js';
import { identitiesOf } from '../identity/linked-identities.js';
import type { LinkedIdentity, User } from '../identity/user.js';
import { existingUser } from './change-user.js';
import type { Editing } from './edit-user.js';
import { type UnlinkingStores, unlinkIdentity } from './unlink.js';

/**
 * An identity as a request names it: by its provider, and by the ID there if an account has several identities of the
 * provider.
 */
export interface NamedIdentity {
  readonly provider: string;
  readonly provider_id?: string | undefined;
}

/**
 * The identity of a user that a request names.
 * @throws EntranceError `invalid_request` if the request fits no identity, or several
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

/** Unlinks the identity that a request names from an account. Throws like `namedIdentity` and `unlinkIdentity`. */
export async function unlinkNamedIdentity(
  deps: UnlinkingStores & { readonly config: Pick<Config, 'localAccounts' | 'sso'>; readonly clock: Clock },
  editing: Editing,
  named: NamedIdentity,
): Promise<User> {
  const identity = namedIdentity(await existingUser(deps.directory, editing.id), named);
  const now = new Date(deps.clock.now()).toISOString();
  return unlinkIdentity(deps, { ...editing, identity, waysIn: waysIn(deps.config), now });
}
