import { Secret } from '../config/secret.js';
import { createSealing } from '../session/sealing.js';

export interface TokenSeal {
  /** Encrypts a refresh token for one user. */
  seal(userId: string, token: Secret): string;
  /** Undefined where none of our secrets opens it, and for another user. */
  open(userId: string, sealed: string): Secret | undefined;
}

/** Refresh tokens at rest: A256GCM under a key of their own from `SESSION_SECRET`, the first seals, all open. */
export function createTokenSeal(secret: Secret): TokenSeal {
  const sealing = createSealing('entrance refresh token', secret);

  return {
    seal: (userId, token) => sealing.seal(token.value(), userId),
    open(userId, sealed) {
      const token = sealing.open(sealed, userId);
      return token === undefined ? undefined : Secret.of(token);
    },
  };
}
