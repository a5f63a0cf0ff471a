import { inspect } from 'node:util';

/** One value or, during a rotation, several, the current one first. No conversion or inspection shows them. */
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
