import type { Actor, Happening, TokenName } from '../audit/event.js';
import type { Clock } from '../clock.js';
import { EntranceError } from '../errors.js';
import { typedText } from '../identity/typed-text.js';
import { uuidv7 } from '../identity/uuid.js';
import { type Ancestor, ancestryAfterRotation, ancestryBy, endWithin, hasLostAncestor } from './ancestry.js';
import { generateToken, hashToken } from './token-text.js';

export { parseToken } from './token-text.js';

const DAY = 86_400_000;
const MAX_LIFETIME_DAYS = 3_650;
/** How long an expired token stays in the list, so that people see why it stopped working. */
const RETENTION = 30 * DAY;
/** All of them are read at once where they are listed. */
export const MOST_TOKENS = 1_000;
/** How exact the last use is, milliseconds. */
export const LAST_USE_INTERVAL = 60_000;

export const tokenName = typedText(100);

export const scopes = [
  'users:read',
  'users:write',
  'admins:write',
  'teams:write',
  'sessions:write',
  'tokens:write',
  'audit:read',
  'verify',
  '*',
] as const;
export type Scope = (typeof scopes)[number];

/** What a token may do where nobody said: read. */
export const DEFAULT_SCOPES: readonly Scope[] = ['users:read', 'audit:read'];

/** Our record of an API token. Times are ISO 8601 in UTC. */
export interface ApiToken {
  /** UUID version 7. */
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly lastUsedAt: string | null;
  /** When it got its present secret; null for the first one. */
  readonly rotatedAt: string | null;
  /** User ID; null for a token that was made on the command line. */
  readonly createdBy: string | null;
  /** The tokens that made it, the nearest first: it ends with each of them. Empty if a person made it. */
  readonly ancestors: readonly Ancestor[];
}

/**
 * The API tokens, found by the hash of their text. The events that a write is given are recorded in the same step: both
 * happen, or neither. Rejects with an EntranceError `store_unavailable` when the store can't be reached.
 */
export interface Tokens {
  /** `hash` is what `parseToken` gives for the token's text. False where there are `MOST_TOKENS` already. */
  create(token: ApiToken, hash: string, events: readonly Happening[]): Promise<boolean>;
  /** The token as it is to be, under the hash of another text: the old one isn't found from now on. False where there is no such token. */
  replace(token: ApiToken, hash: string, events: readonly Happening[]): Promise<boolean>;
  /** Finds neither expired tokens nor those that ended with an ancestor. */
  findByHash(hash: string): Promise<ApiToken | undefined>;
  find(id: string): Promise<ApiToken | undefined>;
  /** All of them, expired ones too, newest first. */
  list(): Promise<ApiToken[]>;
  /** From now on it isn't found, on any instance. False where there is no such token. */
  delete(id: string, events: readonly Happening[]): Promise<boolean>;
  /** Notes the last use, at most once a minute and only where the token still exists. `now` in milliseconds. */
  touch(token: ApiToken, now: number, events: readonly Happening[]): Promise<void>;
}

export interface TokenRequest {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly expiresInDays: number;
  readonly createdBy: string | null;
  /** The token that asks for it. */
  readonly maker?: ApiToken | undefined;
  /** Who makes it, for the audit log; without anybody it is the operator on the command line. */
  readonly by?: Actor;
}

export type RotationRequest = Pick<TokenRequest, 'createdBy' | 'maker'> & { readonly by: Actor };

/**
 * Makes a token. Its text is in the answer and nowhere else: what is stored is a hash.
 * @throws EntranceError `too_many_tokens`
 */
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
    expiresAt: endWithin(ancestors, new Date(now + request.expiresInDays * DAY).toISOString()),
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
 * Gives a token a new secret, which is in the answer and nowhere else, and its lifetime anew. The old secret is worth
 * nothing from now on, as it has to be where it leaked; who needs both for a while makes a second token. The token
 * is `createdBy`'s then, who knows the secret.
 * @throws EntranceError `not_found` where it was revoked meanwhile
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
    (token) => isExpired(token, now - RETENTION) || (isFull && status(token) === 'ended'),
  );
  await Promise.all(gone.map(({ id }) => tokens.delete(id, [])));
}

/** What the audit log calls a token. */
export function nameOf({ id, name }: ApiToken): TokenName {
  return { id, name };
}

export function isExpired({ expiresAt }: ApiToken, now: number): boolean {
  return Date.parse(expiresAt) <= now;
}

export const tokenStatuses = ['valid', 'expired', 'ended'] as const;
export type TokenStatus = (typeof tokenStatuses)[number];

/** How tokens of a whole list stand: `ended` ones were made by a token that was revoked or has another secret. */
export function statusAmong(all: readonly ApiToken[], now: number): (token: ApiToken) => TokenStatus {
  const byId = new Map(all.map((token) => [token.id, token]));
  return (token) => {
    if (isExpired(token, now)) return 'expired';
    return hasLostAncestor(token, (id) => byId.get(id)) ? 'ended' : 'valid';
  };
}

/** Whether a use at `now` is worth noting: a token in constant use is written once a minute, not at each request. */
export function isUseNews({ lastUsedAt }: Pick<ApiToken, 'lastUsedAt'>, now: number): boolean {
  return lastUsedAt === null || Date.parse(lastUsedAt) + LAST_USE_INTERVAL <= now;
}

/** The order of lists; IDs of version 7 grow with time. */
export function newestFirst(one: ApiToken, other: ApiToken): number {
  return one.id < other.id ? 1 : -1;
}

/** Whether whoever holds these scopes may do what needs that one. */
export function allows(held: readonly Scope[], needed: Scope): boolean {
  return held.includes('*') || held.includes(needed);
}

/** A comma-separated list of scopes; undefined where it is empty or one isn't known. */
export function parseScopes(text: string): readonly Scope[] | undefined {
  const names = text.split(',').map((name) => name.trim());
  const known = scopes.filter((scope) => names.includes(scope));
  return names.every((name) => known.some((scope) => scope === name)) ? known : undefined;
}

/** A lifetime such as `90d` in days, up to ten years; undefined where the text isn't one. */
export function parseLifetime(text: string): number | undefined {
  const days = Number(/^([1-9]\d{0,3})d$/.exec(text.trim())?.[1]);
  return days <= MAX_LIFETIME_DAYS ? days : undefined;
}
