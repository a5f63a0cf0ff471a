import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import type { Secret } from '../config/secret.js';

const CIPHER = 'aes-256-gcm';
/** A random IV is safe for the 2³² texts that one key may seal (NIST SP 800-38D §8.3). */
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts text that others carry or store for us, so that they can neither read nor change it. The first value of the
 * secret seals, and each opens, for a rotation. A short text isn't worth another thread.
 */
export function createSealing(purpose: string, secret: Secret) {
  const keys = new Map<string, KeyObject>();

  return {
    /** A text that is sealed for an owner opens only for that owner. */
    seal(text: string, owner = ''): string {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv(CIPHER, keyOf(secret.value()), iv, { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(owner));
      return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString(
        'base64url',
      );
    },

    /** Undefined if the text was changed, or sealed with another secret, for another purpose or for another owner. */
    open(sealed: string, owner = ''): string | undefined {
      const bytes = Buffer.from(sealed, 'base64url');
      const isWhole = bytes.length >= IV_BYTES + TAG_BYTES && bytes.toString('base64url') === sealed;
      if (!isWhole) return undefined;
      for (const value of secret.values()) {
        const text = decipher(bytes, keyOf(value), owner);
        if (text !== undefined) return text;
      }
      return undefined;
    },
  };

  /** A key for this purpose alone (RFC 5869). Each key is derived once, since that takes longer than sealing does. */
  function keyOf(value: string): KeyObject {
    const known = keys.get(value);
    if (known !== undefined) return known;
    const key = createSecretKey(Buffer.from(hkdfSync('sha256', value, '', purpose, 32)));
    keys.set(value, key);
    return key;
  }
}

function decipher(bytes: Buffer, key: KeyObject, owner: string): string | undefined {
  const tagAt = bytes.length - TAG_BYTES;
  const opened = createDecipheriv(CIPHER, key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
  opened.setAAD(Buffer.from(owner)).setAuthTag(bytes.subarray(tagAt));
  const text = opened.update(bytes.subarray(IV_BYTES, tagAt));
  try {
    return Buffer.concat([text, opened.final()]).toString();
  } catch {
    return undefined; // the tag fits another text, key or owner
  }
}
