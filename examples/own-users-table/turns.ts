import { setTimeout as pause } from 'node:timers/promises';
import { EntranceError } from 'express-entrance';
import type { Database } from 'node-sqlite3-wasm';

/** For how long another process may hold the file. */
const PATIENCE_MS = 5_000;
const PAUSE_MS = 10;

/**
 * A connection has one transaction at a time, and a write waits for the audit log in the middle of its transaction. So
 * everything that uses the connection takes its turn: then nobody sees, or joins, what may still be rolled back.
 */
export class Turns {
  readonly #database: Database;
  #last: Promise<unknown> = Promise.resolve();

  constructor(database: Database) {
    this.#database = database;
  }

  /** Does the work in a transaction of its own, and rolls back if the work throws. */
  take<T>(work: (database: Database) => T | Promise<T>): Promise<T> {
    const turn = this.#last.then(() => this.#inTransaction(work));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #inTransaction<T>(work: (database: Database) => T | Promise<T>): Promise<T> {
    await this.#begin();
    try {
      const result = await work(this.#database);
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  /** IMMEDIATE keeps other processes from writing between what we read and what we write. */
  async #begin(): Promise<void> {
    const end = Date.now() + PATIENCE_MS;
    for (;;)
      try {
        return this.#database.exec('BEGIN IMMEDIATE');
      } catch (error) {
        if (!isLocked(error)) throw error;
        if (Date.now() > end) throw new EntranceError('store_unavailable', { cause: error });
        await pause(PAUSE_MS);
      }
  }
}

/** SQLite's text for SQLITE_BUSY: this driver gives no code. */
function isLocked(error: unknown): boolean {
  return error instanceof Error && error.message === 'database is locked';
}
