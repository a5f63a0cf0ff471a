import { type SessionData, Store } from 'express-session';
import type { Clock } from '../clock.js';
import { remainingLifetime, type SessionRecord, type SessionTimeouts } from './session-record.js';
import { hashSessionId, type SessionStore, type StoreCallback, settle } from './session-store.js';

interface Entry {
  readonly session: string;
  readonly userId: string;
  readonly expiresAt: number;
}

/** Sessions of one process; they end with it. */
export class MemorySessionStore extends Store implements SessionStore {
  readonly #entries = new Map<string, Entry>();
  readonly #announced = new WeakSet<object>();
  readonly #timeouts: SessionTimeouts;
  readonly #clock: Clock;

  constructor(timeouts: SessionTimeouts, clock: Clock) {
    super();
    this.#timeouts = timeouts;
    this.#clock = clock;
  }

  expectNew(session: Partial<SessionData>): void {
    this.#announced.add(session);
  }

  override get(sessionId: string, callback: (error: unknown, session?: SessionData | null) => void): void {
    callback(null, this.#find(hashSessionId(sessionId)) ?? null);
  }

  override set(sessionId: string, session: SessionData, callback?: StoreCallback): void {
    const key = hashSessionId(sessionId);
    const isNew = this.#announced.delete(session);
    const mayWrite = isNew ? !this.#entries.has(key) : this.#find(key) !== undefined;
    if (mayWrite && session.entrance !== undefined) this.#write(key, session, session.entrance);
    settle(Promise.resolve(), callback);
  }

  override destroy(sessionId: string, callback?: StoreCallback): void {
    this.#entries.delete(hashSessionId(sessionId));
    settle(Promise.resolve(), callback);
  }

  async read(sessionId: string): Promise<SessionRecord | undefined> {
    return this.#find(hashSessionId(sessionId))?.entrance;
  }

  async advanceIdleClock(sessionId: string, _record: SessionRecord, now: number): Promise<void> {
    const key = hashSessionId(sessionId);
    const session = this.#find(key);
    if (session?.entrance === undefined) return;
    const advanced = { ...session.entrance, lastSeenAt: now };
    this.#write(key, { ...session, entrance: advanced }, advanced);
  }

  async countOfUser(userId: string): Promise<number> {
    return this.#keysOfUser(userId).length;
  }

  async revokeOfUser(userId: string): Promise<number> {
    const keys = this.#keysOfUser(userId);
    for (const key of keys) this.#entries.delete(key);
    return keys.length;
  }

  #keysOfUser(userId: string): string[] {
    this.#forgetExpired();
    return [...this.#entries].filter(([, entry]) => entry.userId === userId).map(([key]) => key);
  }

  #find(key: string): SessionData | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.expiresAt > this.#clock.now()) return JSON.parse(entry.session);
    this.#entries.delete(key);
    return undefined;
  }

  #write(key: string, session: SessionData, record: SessionRecord): void {
    this.#forgetExpired();
    this.#entries.set(key, {
      session: JSON.stringify(session),
      userId: record.userId,
      expiresAt: record.lastSeenAt + remainingLifetime(record, this.#timeouts),
    });
  }

  #forgetExpired(): void {
    const now = this.#clock.now();
    for (const [key, entry] of this.#entries) if (entry.expiresAt <= now) this.#entries.delete(key);
  }
}
