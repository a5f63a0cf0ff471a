/** Sequences that people type in place of random text. */
const RUNS =
  'abcdefghijklmnopqrstuvwxyz 01234567890 qwertzuiop qwertyuiop asdfghjkl zxcvbnm password secret changeme';
const KNOWN = `${RUNS} ${[...RUNS].reverse().join('')} `;
/** A shorter repetition happens by chance. */
const SHORTEST_REPETITION = 3;
/** The longest part of a text that is checked: more characters add nothing. */
const LONGEST_LOOK = 1_024;

/**
 * Estimated bits: the number of pieces that repeat neither an earlier part nor a typed sequence, times the bits of the
 * alphabet. In random text each character is such a piece.
 */
export function varietyOf(whole: string): number {
  const text = whole.slice(0, LONGEST_LOOK);
  const lower = text.toLowerCase();
  let pieces = 0;
  for (let position = 0; position < lower.length; pieces += 1) position += lengthOfPiece(lower, position);
  return pieces * Math.log2(new Set(text).size);
}

function lengthOfPiece(text: string, position: number): number {
  const before = KNOWN + text.slice(0, position);
  let length = SHORTEST_REPETITION - 1;
  while (position + length < text.length && before.includes(text.slice(position, position + length + 1)))
    length += 1;
  return length < SHORTEST_REPETITION ? 1 : length;
}

/** Whether the text is one character or one piece over and over; signs between the pieces don’t count. */
export function isRepetition(whole: string): boolean {
  const text = whole.slice(0, LONGEST_LOOK).toLowerCase();
  const plain = text.replace(/[\W_]/g, '');
  return isPeriodic(text) || (plain.length * 2 >= text.length && isPeriodic(plain));
}

function isPeriodic(text: string): boolean {
  if (text.length > 0 && new Set(text).size === 1) return true;
  for (let length = 1; length * 2 <= text.length; length += 1) {
    if (text.length % length === 0 && text.slice(0, length).repeat(text.length / length) === text)
      return true;
  }
  return false;
}
