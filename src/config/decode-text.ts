/** The reason that bytes aren’t text, as the end of a sentence about a file. It never quotes the bytes. */
export class NoText extends Error {}

/** @throws NoText for bytes that aren’t UTF-8, and for NUL, which no text holds */
export function decodeText(bytes: Uint8Array): string {
  if (isUtf16(bytes)) throw new NoText('isn’t UTF-8 but UTF-16: save it as UTF-8');
  if (bytes.includes(0)) throw new NoText('isn’t UTF-8 text: it holds NUL bytes');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new NoText('isn’t UTF-8: save it as UTF-8');
  }
}

/** UTF-16 shows by its mark or, without a mark, by a NUL in every other byte of Latin text. */
function isUtf16(bytes: Uint8Array): boolean {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  const nulls = [0, 0];
  for (const [index, byte] of bytes.entries()) if (byte === 0) nulls[index % 2] = (nulls[index % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = nulls;
  return Math.max(even, odd) * 4 > bytes.length && Math.min(even, odd) * 4 < Math.max(even, odd);
}
