import { readFileSync, statSync } from 'node:fs';
import type { Clock } from '../clock.js';

/** A file is looked at for changes at most this often, milliseconds. */
const LOOK_INTERVAL = 1_000;

/** The file system, as far as configuration needs it. Both throw where there is no such file. */
export interface Files {
  read(path: string): Buffer;
  /** Differs after the file was changed or replaced. */
  stamp(path: string): string;
}

export const systemFiles: Files = {
  read: (path) => readFileSync(path),
  stamp(path) {
    const { mtimeMs, size, ino } = statSync(path);
    return `${mtimeMs}:${size}:${ino}`;
  },
};

/**
 * What `parse` makes of these files, as they are now. A change that can’t be read, or can’t be taken, leaves the last
 * good value in force and is looked at again a second later.
 * @throws what reading and `parse` throw, the first time
 */
export function followFiles<const Paths extends readonly string[], T>(
  paths: Paths,
  parse: (contents: { readonly [File in keyof Paths]: Buffer }) => T,
  files: Files,
  clock: Clock,
): () => T {
  let looked = clock.now();
  let { stamp, value } = readStamped();

  return () => {
    const now = clock.now();
    if (Math.abs(now - looked) < LOOK_INTERVAL) return value;
    looked = now;
    try {
      if (stampOf() !== stamp) ({ stamp, value } = readStamped());
    } catch {
      return value;
    }
    return value;
  };

  /** The stamp is taken first: a change between the two is then seen at the next look. */
  function readStamped() {
    const stamp = stampOf();
    const contents = paths.map((path) => files.read(path));
    return { stamp, value: parse(contents as { readonly [File in keyof Paths]: Buffer }) }; // one for each path
  }

  function stampOf(): string {
    return paths.map((path) => files.stamp(path)).join(' ');
  }
}
