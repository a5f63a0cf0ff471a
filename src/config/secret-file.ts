import { readFileSync, statSync } from 'node:fs';
import type { Clock } from '../clock.js';
import { Secret } from './secret.js';

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

/** @throws for content that can’t be taken */
export type ParseSecret = (content: string) => readonly string[];

/**
 * A secret that follows its file. A change that can’t be read, or can’t be taken, leaves the last good value in force
 * and is looked at again a second later.
 * @throws what reading and `parse` throw, the first time
 */
export function secretFromFile(path: string, parse: ParseSecret, files: Files, clock: Clock): Secret {
  let looked = clock.now();
  let { stamp, values } = readStamped();

  return new Secret(() => {
    const now = clock.now();
    if (Math.abs(now - looked) < LOOK_INTERVAL) return values;
    looked = now;
    try {
      if (files.stamp(path) !== stamp) ({ stamp, values } = readStamped());
    } catch {
      return values;
    }
    return values;
  });

  /** The stamp is taken first: a change between the two is then seen at the next look. */
  function readStamped() {
    const stamp = files.stamp(path);
    return { stamp, values: parse(contentOf(files.read(path))) };
  }
}

function contentOf(bytes: Buffer): string {
  return bytes
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .replace(/[\r\n]+$/, '');
}
