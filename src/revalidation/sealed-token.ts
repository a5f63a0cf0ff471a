import { EncryptJWT, jwtDecrypt } from 'jose';
import * as z from 'zod';
import { Secret } from '../config/secret.js';
import { createDerivedKeys } from '../session/derived-keys.js';

export interface TokenSeal {
  /** Encrypts a refresh token for one user. */
  seal(userId: string, token: Secret): Promise<string>;
  /** Undefined where none of our secrets opens it, and for another user. */
  open(userId: string, sealed: string): Promise<Secret | undefined>;
}

const opened = z.object({ token: z.string() });

/** Refresh tokens at rest: A256GCM under a key of their own from `SESSION_SECRET`, the first seals, all open. */
export function createTokenSeal(secret: Secret): TokenSeal {
  const keyOf = createDerivedKeys('entrance refresh token');

  return {
    async seal(userId, token) {
      return new EncryptJWT({ token: token.value() })
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
        .setSubject(userId)
        .encrypt(await keyOf(secret.value()));
    },
    async open(userId, sealed) {
      for (const one of secret.values()) {
        try {
          const { payload } = await jwtDecrypt(sealed, await keyOf(one), {
            subject: userId,
            keyManagementAlgorithms: ['dir'],
            contentEncryptionAlgorithms: ['A256GCM'],
          });
          return Secret.of(opened.parse(payload).token);
        } catch {
          // Sealed with another secret, or for somebody else: try the next one.
        }
      }
      return undefined;
    },
  };
}
