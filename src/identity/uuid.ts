import { randomBytes, randomInt } from 'node:crypto';

const NODE_BITS = 62n;
const NODE_MASK = (1n << NODE_BITS) - 1n;
const VERSION = 7n;
const VARIANT = 0b10n;

let last = { time: -1, random: 0n };

/** Version 7 (RFC 9562 §5.7). Those of one millisecond grow from one to the next (§6.2, method 2). */
export function uuidv7(now: number): string {
  const time = Math.max(0, Math.floor(now));
  const random = time === last.time ? last.random + BigInt(randomInt(1, 2 ** 32)) : randomStart();
  last = { time, random };

  const timeAndRandom = (BigInt(time) << 16n) | (VERSION << 12n) | (random >> NODE_BITS);
  const uuid = (timeAndRandom << 64n) | (VARIANT << NODE_BITS) | (random & NODE_MASK);
  return uuid
    .toString(16)
    .padStart(32, '0')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** Begins with 73 random bits, of 74 that fit, so that counting up from them never overflows. */
function randomStart(): bigint {
  return BigInt(`0x${randomBytes(10).toString('hex')}`) >> 7n;
}

/** Whether this is the nil UUID (RFC 9562 §5.9), which stands in examples and templates. */
export function isEmptyUuid(text: string): boolean {
  return text === '00000000-0000-0000-0000-000000000000';
}

export function isUuid(text: string): boolean {
  return /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i.test(text);
}
