import type { Actor, Happening, TokenName } from '../audit/event.js';
import type { Clock } from '../clock.js';
import { EntranceError } from '../errors.js';
import { typedText } from '../identity/typed-text.js';
import { uuidv7 } from '../identity/uuid.js';
import { ancestryAfterRotation, ancestryBy, endWithin, hasLostAncestor } from './ancestry.js';
import { type ApiToken, type Scope, scopes } from './api-token.js';
import { generateToken, hashToken } from './token-text.js';

export { parseToken } from './token-text.js';

const DAY_MS = 86_400_000;
const MAX_LIFETIME_DAYS = 3_650;
/** The days for which an expired token stays in the list, so that people see why it stopped working. */
export const RETENTION_DAYS = 30;
/** The most tokens, since a list reads all of them at once. */
export const MOST_TOKENS = 1_000;
/** The shortest interval between two recorded times of use, milliseconds. */
export const LAST_USE_INTERVAL = 60_000;

export const tokenName = typedText(100);

/**
 * The API tokens, found by the hash of their text. The events that a write is given are recorded in the same step: both
 * happen, or neither. Rejects with an EntranceError `store_unavailable` when the store can't be reached.
 */
export interface Tokens {
  /** `hash` is the result of `parseToken` for the token's text. False if there are `MOST_TOKENS` tokens already. */
  create(token: ApiToken, hash: string, events: readonly Happening[]): Promise<boolean>;
  /** The old text isn't valid from now on. False if there is no such token. */
  replace(token: ApiToken, hash: string, events: readonly Happening[]): Promise<boolean>;
  /** The token with this hash, unless it has expired or has ended with an ancestor. */
  findByHash(hash: string): Promise<ApiToken | undefined>;
  find(id: string): Promise<ApiToken | undefined>;
  /** All tokens, expired ones too, newest first. */
  list(): Promise<ApiToken[]>;
  /** Deletes a token on every instance at once. False if there is no such token. */
  delete(id: string, events: readonly Happening[]): Promise<boolean>;
  /** Records the last use, at most once a minute and only if the token still exists. `now` in milliseconds. */
  touch(token: ApiToken, now: number, events: readonly Happening[]): Promise<void>;
}

export interface TokenRequest {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly expiresInDays: number;
  readonly createdBy: string | null;
  /** The token that asks for the new token, if a token does. */
  readonly maker?: ApiToken | undefined;
  /** The person or token that makes the new token, for the audit log; the operator on the command line if left out. */
  readonly by?: Actor;
}

export type RotationRequest = Pick<TokenRequest, 'createdBy' | 'maker'> & { readonly by: Actor };

/** Nobody can read the text later: only a hash is stored. @throws EntranceError `too_many_tokens` */
export async function issueToken(
  tokens: Tokens,
  request: TokenRequest,
  clock: Clock,
): Promise<{ readonly token: string; readonly record: ApiToken }> {
  const now = clock.now();
  await forgetLongExpired(tokens, now);
  const token = generateToken();
  const ancestors = ancestryBy(request.maker);
  const record: ApiToken = {
    id: uuidv7(now),
    name: request.name,
    scopes: scopes.filter((scope) => request.scopes.includes(scope)),
    createdAt: new Date(now).toISOString(),
    expiresAt: endWithin(ancestors, new Date(now + request.expiresInDays * DAY_MS).toISOString()),
    lastUsedAt: null,
    rotatedAt: null,
    createdBy: request.createdBy,
    ancestors,
  };
  const isCreated = await tokens.create(record, hashToken(token), [
    { action: 'token-create', by: request.by ?? {}, token: nameOf(record) },
  ]);
  if (!isCreated) throw new EntranceError('too_many_tokens');
  return { token, record };
}

/**
 * Gives a token a new secret and a new lifetime. Only the answer holds the new text. The old secret ends at once, since
 * it may have leaked; if both are needed for a while, make a second token instead. The token then belongs to
 * `createdBy`, since that person knows the new secret.
 * @throws EntranceError `not_found` if the token was revoked meanwhile
 */
export async function rotateToken(
  tokens: Tokens,
  known: ApiToken,
  { createdBy, maker, by }: RotationRequest,
  clock: Clock,
): Promise<{ readonly token: string; readonly record: ApiToken }> {
  const now = clock.now();
  const lifetime = Date.parse(known.expiresAt) - Date.parse(known.rotatedAt ?? known.createdAt);
  const token = generateToken();
  const ancestors = ancestryAfterRotation(known, maker);
  const record: ApiToken = {
    ...known,
    rotatedAt: new Date(now).toISOString(),
    expiresAt: endWithin(ancestors, new Date(now + lifetime).toISOString()),
    lastUsedAt: null,
    createdBy,
    ancestors,
  };
  const events = [{ action: 'token-rotate', by, token: nameOf(record) } as const];
  if (!(await tokens.replace(record, hashToken(token), events))) throw tokenNotFound();
  return { token, record };
}

/** @throws EntranceError `not_found` */
export async function existingToken(tokens: Tokens, id: string): Promise<ApiToken> {
  const token = await tokens.find(id);
  if (token === undefined) throw tokenNotFound();
  return token;
}

/** @throws EntranceError `not_found` */
export async function revokeToken(tokens: Tokens, id: string, by: Actor): Promise<ApiToken> {
  const token = await existingToken(tokens, id);
  const events = [{ action: 'token-revoke', by, token: nameOf(token) } as const];
  if (!(await tokens.delete(id, events))) throw tokenNotFound();
  return token;
}

function tokenNotFound(): EntranceError {
  return new EntranceError('not_found', { detail: 'There is no API token with this ID.' });
}

async function forgetLongExpired(tokens: Tokens, now: number): Promise<void> {
  const all = await tokens.list();
  const isFull = all.length >= MOST_TOKENS;
  const status = statusAmong(all, now);
  const gone = all.filter(
    (token) => isExpired(token, now - RETENTION_DAYS * DAY_MS) || (isFull && status(token) === 'ended'),
  );
  await Promise.all(gone.map(({ id }) => tokens.delete(id, [])));
}

/** The name of a token in the audit log. */
export function nameOf({ id, name }: ApiToken): TokenName {
  return { id, name };
}

export function isExpired({ expiresAt }: ApiToken, now: number): boolean {
  return Date.parse(expiresAt) <= now;
}

export const tokenStatuses = ['valid', 'expired', 'ended'] as const;
export type TokenStatus = (typeof tokenStatuses)[number];

/** The status of each token of a list. An `ended` token was made by a token that was revoked or has another secret. */
export function statusAmong(all: readonly ApiToken[], now: number): (token: ApiToken) => TokenStatus {
  const byId = new Map(all.map((token) => [token.id, token]));
  return (token) => {
    if (isExpired(token, now)) return 'expired';
    return hasLostAncestor(token, (id) => byId.get(id)) ? 'ended' : 'valid';
  };
}

/** Whether to record a use at `now`. A token in constant use is written once a minute, not with each request. */
export function isUseNews({ lastUsedAt }: Pick<ApiToken, 'lastUsedAt'>, now: number): boolean {
  return lastUsedAt === null || Date.parse(lastUsedAt) + LAST_USE_INTERVAL <= now;
}

/** Orders tokens by their IDs, which are of version 7 and grow with time. */
export function newestFirst(one: ApiToken, other: ApiToken): number {
  return one.id < other.id ? 1 : -1;
}

export function allows(held: readonly Scope[], needed: Scope): boolean {
  return held.includes('*') || held.includes(needed);
}

/** Parses a comma-separated list of scopes; undefined if it is empty or one scope isn't known. */
export function parseScopes(text: string): readonly Scope[] | undefined {
  const names = text.split(',').map((name) => name.trim());
  const known = scopes.filter((scope) => names.includes(scope));
  return names.every((name) => known.some((scope) => scope === name)) ? known : undefined;
}

/** Parses a lifetime such as `90d`, up to ten years, as days; undefined for any other text. */
export function parseLifetime(text: string): number | undefined {
  const days = Number(/^([1-9]\d{0,3})d$/.exec(text.trim())?.[1]);
  return days <= MAX_LIFETIME_DAYS ? days : undefined;
}
