export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** By the nearest rank. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? Number.NaN;
}

/** The median over rounds of the ratio within a round, so that what slows a whole round down cancels out. */
export function medianRatio(values: readonly number[], bases: readonly number[]): number {
  return median(values.map((value, round) => value / (bases[round] ?? Number.NaN)));
}

export function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}

export function decimals(value: number, places = 2): string {
  return value.toLocaleString('en', { minimumFractionDigits: places, maximumFractionDigits: places });
}

export function megabytes(bytes: number): string {
  return `${decimals(bytes / 1e6, 1)} MB`;
}
