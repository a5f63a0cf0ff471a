import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const PREFIX = 'entrance_';
const SECRET_BYTES = 32;
const CHECKSUM_LENGTH = 6;
const TOKEN = /^(entrance_[\w-]{43})([0-9A-Za-z]{6})$/;
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/**
 * Makes a token: `entrance_`, 32 random bytes in base64url and a checksum. Secret scanners recognise the prefix, and
 * the checksum shows a mistyped token without asking the store.
 */
export function generateToken(): string {
  const body = PREFIX + randomBytes(SECRET_BYTES).toString('base64url');
  return body + checksum(body);
}

/** Whether the text begins like a token of ours, valid or not. */
export function looksLikeToken(text: string): boolean {
  return text.startsWith(PREFIX);
}

/** The hash under which the token is stored; undefined if the text can't be a token of ours. */
export function parseToken(text: string): string | undefined {
  const [token, body, sum] = TOKEN.exec(text) ?? [];
  return token !== undefined && body !== undefined && checksum(body) === sum ? hashToken(token) : undefined;
}

/** SHA-256 in hex. With 256 random bits in a token, nothing slower is needed. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** CRC-32 in base 62, six digits. */
function checksum(body: string): string {
  let rest = crc32(body);
  let digits = '';
  for (let place = 0; place < CHECKSUM_LENGTH; place += 1) {
    digits = DIGITS.charAt(rest % DIGITS.length) + digits;
    rest = Math.floor(rest / DIGITS.length);
  }
  return digits;
}
