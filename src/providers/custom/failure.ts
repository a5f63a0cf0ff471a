import { EntranceError } from '../../errors.js';
import { findInCauses, memberOf, networkCause } from '../../network-cause.js';

const LONGEST_MESSAGE = 300;

/** The failure of a host app's function as one of ours. Its own EntranceError stands. */
export function failureOf(
  error: unknown,
  { id, method }: { readonly id: string; readonly method: string },
): EntranceError {
  const own = findInCauses(error, (cause) => cause instanceof EntranceError);
  if (own instanceof EntranceError) return own;
  const network = networkCause(error);
  if (network !== undefined) return new EntranceError('sso_unavailable', { cause: network });
  return new EntranceError('sso_failed', {
    cause: { reason: `${method} of the host app’s provider failed`, error: messageOf(error) },
    remedy: `The function ${method} of the provider ${id} failed: correct it, or have it throw an EntranceError with the code of the refusal.`,
  });
}

/** The text of the host app's own error, which goes to the log alone. */
function messageOf(error: unknown): string {
  const [name, message] = [memberOf(error, 'name'), memberOf(error, 'message')];
  return `${typeof name === 'string' ? name : typeof error}: ${typeof message === 'string' ? message : ''}`.slice(
    0,
    LONGEST_MESSAGE,
  );
}
