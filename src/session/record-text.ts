import type { ProviderId } from '../identity/user.js';
import type { SessionRecord } from './session-record.js';

/** Stands first; a record of another form is no session. */
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
];

/** A record as it is stored: without names, since a hundred thousand of them should fit into little memory. */
export function writeRecord(record: SessionRecord): string {
  const { userId, email, fullName, roles, provider, device, address, createdAt, lastSeenAt } = record;
  const { authContexts, loginHint, idTokenHint } = record;
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
    ...optionalTail(authContexts?.join(' '), loginHint, idTokenHint),
  ];
  return JSON.stringify(stored);
}

/** Undefined for what is no record, or one of another version of this program. */
export function readRecord(text: string): SessionRecord | undefined {
  const stored = parseJson(text);
  if (!isStored(stored)) return undefined;
  const [, userId, email, fullName, roles, provider, device, address, createdAt, idle, ...tail] = stored;
  const [contexts, loginHint, idTokenHint] = tail;
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
  };
}

/** Most sessions have none of these, and then they take no room; one that is missing before another is empty. */
function optionalTail(...texts: readonly [string?, string?, string?]): [string?, string?, string?] {
  const [authContexts = '', loginHint = '', idTokenHint = ''] = texts;
  if (idTokenHint !== '') return [authContexts, loginHint, idTokenHint];
  if (loginHint !== '') return [authContexts, loginHint];
  return authContexts === '' ? [] : [authContexts];
}

/** By hand: this is done for each session that a guarded request has to fetch. */
function isStored(value: unknown): value is Stored {
  if (!Array.isArray(value) || value[0] !== FORM || value.length < 10 || value.length > 13) return false;
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

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
