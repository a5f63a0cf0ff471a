import { isDeepStrictEqual } from 'node:util';
import { type SessionData, Store } from 'express-session';
import type { Clock } from '../clock.js';
import { remainingLifetime, type SessionRecord, type SessionTimeouts } from './session-record.js';
import {
  callBackWith,
  handleOf,
  isBehind,
  type ListedSession,
  latestFirst,
  MOST_PASSED,
  type ProviderSession,
  placeOf,
  type SessionCount,
  type SessionPage,
  type SessionQuery,
  type SessionStore,
  type StoreCallback,
} from './session-store.js';

interface Entry {
  readonly session: string;
  readonly record: SessionRecord;
  readonly origins: readonly ProviderSession[];
  readonly expiresAt: number;
}

/** Sessions in memory, which end with the process. */
export class MemorySessionStore extends Store implements SessionStore {
  readonly #entries = new Map<string, Entry>();
  readonly #announced = new WeakMap<object, readonly ProviderSession[]>();
  readonly #timeouts: SessionTimeouts;
  readonly #clock: Clock;

  constructor(timeouts: SessionTimeouts, clock: Clock) {
    super();
    this.#timeouts = timeouts;
    this.#clock = clock;
  }

  expectNew(session: Partial<SessionData>, ...origins: readonly ProviderSession[]): void {
    this.#announced.set(session, origins);
  }

  override get(sessionId: string, callback: (error: unknown, session?: SessionData | null) => void): void {
    const entry = this.#find(handleOf(sessionId));
    callback(null, entry === undefined ? null : JSON.parse(entry.session));
  }

  override set(sessionId: string, session: SessionData, callback?: StoreCallback): void {
    const handle = handleOf(sessionId);
    const announced = this.#announced.get(session);
    const isNew = announced !== undefined;
    const origins = announced ?? this.#entries.get(handle)?.origins ?? [];
    this.#announced.delete(session);
    const mayWrite = isNew ? !this.#entries.has(handle) : this.#find(handle) !== undefined;
    if (mayWrite && session.entrance !== undefined) this.#write(handle, session, session.entrance, origins);
    callBackWith(Promise.resolve(), callback);
  }

  override destroy(sessionId: string, callback?: StoreCallback): void {
    this.#entries.delete(handleOf(sessionId));
    callBackWith(Promise.resolve(), callback);
  }

  read(handle: string): SessionRecord | undefined {
    return this.#find(handle)?.record;
  }

  async advanceIdleClock(handle: string, _record: SessionRecord, now: number): Promise<void> {
    const entry = this.#find(handle);
    if (entry === undefined) return;
    const advanced = { ...entry.record, lastSeenAt: now };
    this.#write(handle, { ...JSON.parse(entry.session), entrance: advanced }, advanced, entry.origins);
  }

  async listOfUser(userId: string): Promise<readonly ListedSession[]> {
    return this.#select((entry) => entry.record.userId === userId)
      .map(([handle, { record }]) => ({ handle, record }))
      .sort(latestFirst);
  }

  async list({ limit, after, isMeant = () => true }: SessionQuery): Promise<SessionPage> {
    const behind = this.#select(() => true)
      .map(([handle, { record }]) => ({ handle, record }))
      .filter((one) => after === undefined || isBehind(one, after))
      .sort(latestFirst);
    const meant = behind.slice(0, MOST_PASSED).filter(({ record }) => isMeant(record));
    const sessions = meant.slice(0, limit);
    const last = meant.length > limit ? sessions.at(-1) : behind.slice(MOST_PASSED - 1, -1).at(0);
    return { sessions, next: last === undefined ? null : placeOf(last) };
  }

  async count(): Promise<number> {
    return this.#select(() => true).length;
  }

  async estimateCount(): Promise<SessionCount> {
    return { count: await this.count(), isExact: true };
  }

  async revokeAll(except?: string): Promise<number> {
    return this.#end((_entry, handle) => handle !== except);
  }

  async revoke(userId: string, handle: string): Promise<boolean> {
    return this.#end((entry, own) => own === handle && entry.record.userId === userId) === 1;
  }

  async revokeOfUser(userId: string, except?: string): Promise<number> {
    return this.#end((entry, handle) => entry.record.userId === userId && handle !== except);
  }

  async revokeOfProvider(named: ProviderSession): Promise<number> {
    return this.#end(({ origins }) => origins.some((origin) => isDeepStrictEqual(origin, named)));
  }

  #end(isMeant: (entry: Entry, handle: string) => boolean): number {
    const meant = this.#select(isMeant);
    for (const [handle] of meant) this.#entries.delete(handle);
    return meant.length;
  }

  #select(isMeant: (entry: Entry, handle: string) => boolean): [string, Entry][] {
    this.#forgetExpired();
    return [...this.#entries].filter(([handle, entry]) => isMeant(entry, handle));
  }

  #find(handle: string): Entry | undefined {
    const entry = this.#entries.get(handle);
    if (entry === undefined || entry.expiresAt > this.#clock.now()) return entry;
    this.#entries.delete(handle);
    return undefined;
  }

  #write(
    handle: string,
    session: SessionData,
    record: SessionRecord,
    origins: readonly ProviderSession[],
  ): void {
    this.#forgetExpired();
    this.#entries.set(handle, {
      session: JSON.stringify(session),
      record: { ...record },
      origins,
      expiresAt: record.lastSeenAt + remainingLifetime(record, this.#timeouts),
    });
  }

  #forgetExpired(): void {
    const now = this.#clock.now();
    for (const [handle, entry] of this.#entries) if (entry.expiresAt <= now) this.#entries.delete(handle);
  }
}
