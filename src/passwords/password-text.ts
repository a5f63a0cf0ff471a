import { toUSVString } from 'node:util';

/** Longest password, in bytes of UTF-8: far beyond what people use, and cheap to hash. */
export const MAX_PASSWORD_BYTES = 1_024;

/**
 * A password as it is hashed and measured: in NFC (RFC 8265 §4.2.2, as NIST SP 800-63B asks for a normalisation), so that
 * “é” is the same on every keyboard.
 */
export function normalisePassword(password: string): string {
  return toUSVString(password).normalize('NFC');
}

/** Whether a normalised password is longer than any that is accepted. */
export function isTooLong(normalised: string): boolean {
  return Buffer.byteLength(normalised) > MAX_PASSWORD_BYTES;
}
