import { readFileSync, statSync } from 'node:fs';
import type { Clock } from '../clock.js';

/** Milliseconds between two checks of a file for changes. */
const LOOK_INTERVAL_MS = 1_000;

/** The part of the file system that configuration needs. Both methods throw if there is no such file. */
export interface Files {
  read(path: string): Buffer;
  /** A text that differs after the file was changed or replaced. */
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
 * Makes a function that gives the result of `parse` for these files as they are now. If a change can’t be read or
 * parsed, the last good value stays in force, and the files are checked again a second later.
 * @throws the errors of reading and of `parse`, but only at the first time
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
    if (Math.abs(now - looked) < LOOK_INTERVAL_MS) return value;
    looked = now;
    try {
      if (stampOf() !== stamp) ({ stamp, value } = readStamped());
    } catch {
      return value;
    }
    return value;
  };

  /** The stamp is read before the content, so that the next check sees a change between these two reads. */
  function readStamped() {
    const stamp = stampOf();
    const contents = paths.map((path) => files.read(path));
    return { stamp, value: parse(contents as { readonly [File in keyof Paths]: Buffer }) }; // one for each path
  }

  function stampOf(): string {
    return paths.map((path) => files.stamp(path)).join(' ');
  }
}
