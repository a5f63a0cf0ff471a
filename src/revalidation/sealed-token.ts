import { Secret } from '../config/secret.js';
import { createSealing } from '../session/sealing.js';

export interface TokenSeal {
  seal(userId: string, token: Secret): string;
  /** Undefined if no present secret opens the token, or if it was sealed for another user. */
  open(userId: string, sealed: string): Secret | undefined;
}

/**
 * Seals stored refresh tokens with A256GCM, under a key that is derived from `SESSION_SECRET` for this purpose. The
 * first secret seals, and all secrets open.
 */
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
