import { toUSVString } from 'node:util';

/** The longest password, in bytes of UTF-8: far longer than people use, and cheap to hash. */
export const MAX_PASSWORD_BYTES = 1_024;

/** NFC (RFC 8265 §4.2.2; NIST SP 800-63B), so that “é” is the same from every keyboard. */
export function normalisePassword(password: string): string {
  return toUSVString(password).normalize('NFC');
}

export function isTooLong(normalised: string): boolean {
  return Buffer.byteLength(normalised) > MAX_PASSWORD_BYTES;
}
