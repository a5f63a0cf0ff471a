/**
 * Keeps the entries that were used last: at most `size`, and at least half as many. It has two generations, since a Map
 * that drops its first entry each time walks past all entries that it dropped before.
 */
export class RecentMap<Value extends object | string> {
  readonly #generation: number;
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();

  constructor(size: number) {
    this.#generation = Math.ceil(size / 2);
  }

  get(key: string): Value | undefined {
    return this.#young.get(key) ?? this.#again(key);
  }

  set(key: string, value: Value): void {
    this.#young.set(key, value);
    if (this.#young.size < this.#generation) return;
    this.#old = this.#young;
    this.#young = new Map();
  }

  delete(key: string): void {
    this.#young.delete(key);
    this.#old.delete(key);
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
  }

  #again(key: string): Value | undefined {
    const value = this.#old.get(key);
    if (value !== undefined) this.set(key, value);
    return value;
  }
}
