import type { ProviderId } from '../identity/user.js';
import { parseJson } from '../parse-json.js';
import type { SessionRecord } from './session-record.js';

/** The version of the stored form, at its start. A record of another version counts as no session. */
const FORM = 2;

type Stored = [
  form: typeof FORM,
  userId: string,
  email: string,
  fullName: string,
  roles: readonly string[],
  provider: ProviderId,
  device: string,
  address: string,
  createdAt: number,
  idleClock: number,
  authContexts?: string,
  loginHint?: string,
  idTokenHint?: string,
  endsAt?: string,
];

/** The stored form has no names of fields, so that a hundred thousand records fit into little memory. */
export function writeRecord(record: SessionRecord): string {
  const { userId, email, fullName, roles, provider, device, address, createdAt, lastSeenAt } = record;
  const { authContexts, loginHint, idTokenHint, endsAt } = record;
  const stored: Stored = [
    FORM,
    userId,
    email ?? '',
    fullName,
    roles,
    provider,
    device,
    address,
    createdAt,
    lastSeenAt - createdAt,
    ...optionalTail(authContexts?.join(' '), loginHint, idTokenHint, endsAt?.toString()),
  ];
  return JSON.stringify(stored);
}

/** Undefined for a text that isn't a record, or that another version of this program wrote. */
export function readRecord(text: string): SessionRecord | undefined {
  const stored = parseJson(text);
  if (!isStored(stored)) return undefined;
  const [, userId, email, fullName, roles, provider, device, address, createdAt, idle, ...tail] = stored;
  const [contexts, loginHint, idTokenHint, endsAt] = tail;
  return {
    userId,
    email: email || undefined,
    fullName,
    roles,
    provider,
    device,
    address,
    createdAt,
    lastSeenAt: createdAt + idle,
    ...(loginHint && { loginHint }),
    ...(idTokenHint && { idTokenHint }),
    ...(contexts && { authContexts: contexts.split(' ') }),
    ...(endsAt && { endsAt: Number(endsAt) }),
  };
}

/** The end of the stored form is empty for most sessions. A missing text before a present one is stored as ''. */
function optionalTail(
  ...texts: readonly [string?, string?, string?, string?]
): [string?, string?, string?, string?] {
  const [authContexts = '', loginHint = '', idTokenHint = '', endsAt = ''] = texts;
  if (endsAt !== '') return [authContexts, loginHint, idTokenHint, endsAt];
  if (idTokenHint !== '') return [authContexts, loginHint, idTokenHint];
  if (loginHint !== '') return [authContexts, loginHint];
  return authContexts === '' ? [] : [authContexts];
}

/** A check by hand, since it runs for each session that a guarded request fetches from the store. */
function isStored(value: unknown): value is Stored {
  if (!Array.isArray(value) || value[0] !== FORM || value.length < 10 || value.length > 14) return false;
  const [, userId, email, fullName, roles, provider, device, address, createdAt, idleClock, ...tail] = value;
  return (
    [userId, email, fullName, provider, device, address, ...tail].every(isString) &&
    Array.isArray(roles) &&
    roles.every(isString) &&
    Number.isFinite(createdAt) &&
    Number.isFinite(idleClock)
  );
}

const isString = (value: unknown) => typeof value === 'string';
