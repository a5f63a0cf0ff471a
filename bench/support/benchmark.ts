export interface Options {
  /** Rounds in which all contestants take their turn. */
  readonly rounds: number;
  /** Seconds of each measurement. */
  readonly seconds: number;
  /** The large sizes too: a million users, a million sessions. */
  readonly full: boolean;
  /** Where the measured servers leave CPU profiles. */
  readonly profileFolder?: string | undefined;
}

export interface Benchmark {
  readonly name: string;
  readonly title: string;
  run(options: Options): Promise<Result>;
}

export interface Result {
  readonly tables: readonly Table[];
  readonly targets: readonly Target[];
}

export interface Table {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What we set ourselves, and what came out. */
export interface Target {
  readonly what: string;
  readonly limit: string;
  readonly measured: string;
  readonly met: boolean;
}

export function atLeast(what: string, limit: number, measured: number, unit = ''): Target {
  return {
    what,
    limit: `≥ ${limit}${unit}`,
    measured: `${rounded(measured)}${unit}`,
    met: measured >= limit,
  };
}

export function atMost(what: string, limit: number, measured: number, unit = ''): Target {
  return {
    what,
    limit: `≤ ${limit}${unit}`,
    measured: `${rounded(measured)}${unit}`,
    met: measured <= limit,
  };
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(3)));
}
