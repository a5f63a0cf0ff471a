/** The number of slots (Redis cluster specification, “Key distribution model”). */
export const SLOTS = 16_384;

/**
 * The slot of a key. If the key has braces with text inside, only the text in the first braces counts, so that keys can
 * share a slot. node-redis has this function and doesn't export it.
 */
export function slotOf(key: string): number {
  const [, tag] = /^[^{]*\{([^}]+)\}/s.exec(key) ?? [];
  return crc16(Buffer.from(tag ?? key)) % SLOTS;
}

/** CRC-16/XMODEM. */
function crc16(bytes: Uint8Array): number {
  let remainder = 0;
  for (const byte of bytes) {
    remainder ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) {
      remainder = (remainder & 0x8000 ? (remainder << 1) ^ 0x1021 : remainder << 1) & 0xffff;
    }
  }
  return remainder;
}
