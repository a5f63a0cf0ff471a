/** Finds the nearest candidate; undefined if each is further away than `most` allows. */
export function createNearest(
  candidates: readonly string[],
  most: (candidate: string) => number,
): (text: string) => string | undefined {
  const prepared = candidates.map((candidate) => ({
    candidate,
    letters: lettersOf(candidate),
    limit: most(candidate),
  }));
  return (text) => {
    const letters = lettersOf(text);
    const [best] = prepared
      .filter(
        ({ candidate, letters: others, limit }) =>
          Math.abs(candidate.length - text.length) <= limit && haveNearlyTheSame(letters, others, limit),
      )
      .map(({ candidate, limit }) => ({ candidate, limit, distance: editDistance(text, candidate, limit) }))
      .filter(({ distance, limit }) => distance <= limit)
      .sort((one, other) => one.distance - other.distance);
    return best?.candidate;
  };
}

/** A bit for each letter that occurs; letters that are 32 code units apart share a bit. */
function lettersOf(text: string): number {
  let letters = 0;
  for (let index = 0; index < text.length; index += 1) letters |= 1 << (text.charCodeAt(index) & 31);
  return letters;
}

/** A quick first check: each slip changes one letter at most, and nearly all of hundreds of names fail this check. */
function haveNearlyTheSame(one: number, other: number, most: number): boolean {
  return countOf(one & ~other) <= most && countOf(other & ~one) <= most;
}

function countOf(letters: number): number {
  let count = 0;
  for (let rest = letters; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}

/** Damerau's distance (optimal string alignment). Infinity if it is greater than `most`. */
function editDistance(one: string, other: string, most: number): number {
  const isTooMuch = (distance: number) => distance > most;
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row += 1) {
    const current = nextRow(one, other, row, beforeLast, last);
    if (last.every(isTooMuch) && current.every(isTooMuch)) return Number.POSITIVE_INFINITY;
    beforeLast = last;
    last = current;
  }
  return last[other.length] ?? 0;
}

function nextRow(
  one: string,
  other: string,
  row: number,
  beforeLast: readonly number[],
  last: readonly number[],
): readonly number[] {
  const current = [row];
  for (let column = 1; column <= other.length; column += 1) {
    const isSame = one[row - 1] === other[column - 1];
    const isExchange =
      row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
    const replaced = (last[column - 1] ?? 0) + (isSame ? 0 : 1);
    const deleted = (last[column] ?? 0) + 1;
    const inserted = (current[column - 1] ?? 0) + 1;
    const exchanged = isExchange ? (beforeLast[column - 2] ?? 0) + 1 : replaced;
    current.push(Math.min(replaced, deleted, inserted, exchanged));
  }
  return current;
}
