import { readFileSync, statSync } from 'node:fs';
import { Secret } from './secret.js';
import { splitList } from './setting.js';

/** A changed file is noticed within this, milliseconds. */
const CHECK_INTERVAL = 1_000;

/** How secrets' files are read; tests bring their own. */
export interface SecretFiles {
  read(path: string): string;
  /** Changes when the file does. */
  stamp(path: string): string;
  now(): number;
}

export const realFiles: SecretFiles = {
  read: (path) => readFileSync(path, 'utf8'),
  stamp(path) {
    const { mtimeMs, size, ino } = statSync(path);
    return `${mtimeMs} ${size} ${ino}`;
  },
  now: () => Date.now(),
};

/** A single secret or a list: a JSON array, or comma-separated. */
export function secretFromText(text: string, isList: boolean): Secret {
  return Secret.of(...valuesOf(text, isList, /,/));
}

/**
 * A secret in a file: the file is read again when it changed, so that a secret rotates without a restart. While a
 * changed file can't be read, or holds nothing, the last good values stay in force.
 * @throws Error when it can't be read at first, or holds nothing
 */
export function secretFromFile(path: string, isList: boolean, files: SecretFiles): Secret {
  let stamp = files.stamp(path);
  let values = readValues(path, isList, files);
  let checkedAt = files.now();
  return new Secret(() => {
    const now = files.now();
    if (now - checkedAt < CHECK_INTERVAL) return values;
    checkedAt = now;
    try {
      const current = files.stamp(path);
      if (current !== stamp) {
        values = readValues(path, isList, files);
        stamp = current;
      }
    } catch {
      // The file is being replaced: what was read before holds until it can be read again.
    }
    return values;
  });
}

function readValues(path: string, isList: boolean, files: SecretFiles): readonly string[] {
  const values = valuesOf(files.read(path), isList, /\r?\n/);
  if (values.length === 0) throw new Error('the file is empty');
  return values;
}

function valuesOf(text: string, isList: boolean, separator: RegExp): readonly string[] {
  const trimmed = text.replace(/(?:\r?\n)+$/, '');
  if (!isList) return trimmed === '' ? [] : [trimmed];
  const values = trimmed.startsWith('[') ? (splitList(trimmed) ?? [trimmed]) : trimmed.split(separator);
  return values.map((value) => value.trim()).filter((value) => value !== '');
}
