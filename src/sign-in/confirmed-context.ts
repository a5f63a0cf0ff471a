import { EntranceError } from '../errors.js';
import type { CompletedSignIn } from '../providers/provider.js';
import type { Transaction } from './transaction.js';

/** The tenant may have no policy for it. @throws EntranceError `auth_context_missing` */
export function assertAuthContext(
  { authContext }: Pick<Transaction, 'authContext'>,
  { authContexts = [] }: CompletedSignIn,
): void {
  if (authContext === undefined || authContexts.includes(authContext)) return;
  throw new EntranceError('auth_context_missing', {
    cause: { expected: authContext, received: authContexts },
  });
}
