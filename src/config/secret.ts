import { inspect } from 'node:util';

/**
 * A secret setting: one value or, while it is being rotated, several (the first is the current one).
 * It never prints: string conversion, JSON and inspection all give `[secret]`.
 */
export class Secret {
  readonly #read: () => readonly string[];

  /** `read` gives the values as they are now; a file-backed secret reads its file again when it changed. */
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

  /** The current value. */
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
