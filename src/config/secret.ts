import { inspect } from 'node:util';

/**
 * A secret setting: one value or, during a rotation, several (the first is the current one). It never shows its values:
 * string conversion, JSON and inspection all give `[secret]`.
 */
export class Secret {
  readonly #read: () => readonly string[];

  /** @param read gives the current values; for a secret in a file it reads the file again after a change */
  constructor(read: () => readonly string[]) {
    this.#read = read;
  }

  static of(...values: string[]): Secret {
    return new Secret(() => values);
  }

  /** Every value that is accepted now, the current one first; never empty. */
  values(): readonly string[] {
    return this.#read();
  }

  value(): string {
    const [first] = this.#read();
    if (first === undefined) throw new TypeError('a secret has no value');
    return first;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}
