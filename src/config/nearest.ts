/**
 * The one of the candidates that is nearest to a text, if it is no further away than `most` says; undefined where none is.
 */
export function nearestOf(
  text: string,
  candidates: readonly string[],
  most: (candidate: string) => number,
): string | undefined {
  const [best] = candidates
    .filter((candidate) => Math.abs(candidate.length - text.length) <= most(candidate))
    .map((candidate) => ({ candidate, distance: editDistance(text, candidate) }))
    .filter(({ candidate, distance }) => distance <= most(candidate))
    .sort((one, other) => one.distance - other.distance);
  return best?.candidate;
}

/** How many letters to insert, delete, replace, or exchange with their neighbour (Damerau; optimal string alignment). */
export function editDistance(one: string, other: string): number {
  const columns = other.length + 1;
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: columns }, (_, column) => column);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column < columns; column += 1) {
      const cost = one[row - 1] === other[column - 1] ? 0 : 1;
      const isExchange =
        row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      current.push(
        Math.min(
          (last[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (last[column - 1] ?? 0) + cost,
          isExchange ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    beforeLast = last;
    last = current;
  }
  return last[other.length] ?? 0;
}
