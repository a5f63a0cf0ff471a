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
/** Bytes; random, which is safe for the four thousand million texts that a key may seal (NIST SP 800-38D §8.3). */
const IV_LENGTH = 12;
/** Bytes. */
const TAG_LENGTH = 16;

/** Text that others carry or keep for us, and can neither read nor alter. */
export interface Sealing {
  /** With an owner it opens for that one alone. */
  seal(text: string, owner?: string): string;
  /** Undefined where it was altered, or sealed with another secret, for another purpose or for another owner. */
  open(sealed: string, owner?: string): string | undefined;
}

/**
 * Seals with the first value of a secret and opens with each, so that it can be rotated. In this thread: a text this short
 * is done before another thread has woken up.
 */
export function createSealing(purpose: string, secret: Secret): Sealing {
  const keys = new Map<string, KeyObject>();

  return {
    seal(text, owner = '') {
      const iv = randomBytes(IV_LENGTH);
      const cipher = createCipheriv(CIPHER, keyOf(secret.value()), iv, { authTagLength: TAG_LENGTH });
      cipher.setAAD(Buffer.from(owner));
      return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString(
        'base64url',
      );
    },

    open(sealed, owner = '') {
      const bytes = Buffer.from(sealed, 'base64url');
      const isWhole = bytes.length >= IV_LENGTH + TAG_LENGTH && bytes.toString('base64url') === sealed;
      if (!isWhole) return undefined;
      for (const value of secret.values()) {
        const text = decipher(bytes, keyOf(value), owner);
        if (text !== undefined) return text;
      }
      return undefined;
    },
  };

  /** Keys for this purpose alone (RFC 5869), each made once: it costs more than sealing does. */
  function keyOf(value: string): KeyObject {
    const known = keys.get(value);
    if (known !== undefined) return known;
    const key = createSecretKey(Buffer.from(hkdfSync('sha256', value, '', purpose, 32)));
    keys.set(value, key);
    return key;
  }
}

function decipher(bytes: Buffer, key: KeyObject, owner: string): string | undefined {
  const tagAt = bytes.length - TAG_LENGTH;
  const opened = createDecipheriv(CIPHER, key, bytes.subarray(0, IV_LENGTH), { authTagLength: TAG_LENGTH });
  opened.setAAD(Buffer.from(owner)).setAuthTag(bytes.subarray(tagAt));
  const text = opened.update(bytes.subarray(IV_LENGTH, tagAt));
  try {
    return Buffer.concat([text, opened.final()]).toString();
  } catch {
    return undefined; // the tag is that of another text, key or owner
  }
}
