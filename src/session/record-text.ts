import * as z from 'zod';
import { compactId, fullId } from '../identity/compact-id.js';
import { providerIds } from '../identity/user.js';
import type { SessionRecord } from './session-record.js';

/** The form below; a record of another one is no session. */
const FORM = 1;

const stored = z.tuple([
  z.literal(FORM),
  z.string(),
  z.string(),
  z.string(),
  z.array(z.string()),
  z.enum(providerIds),
  z.string(),
  z.string(),
  z.number(),
  z.number(),
  z.optional(z.string()),
  z.optional(z.string()),
]);

/** A record as it is stored: without names, since a hundred thousand of them should fit into little memory. */
export function writeRecord(record: SessionRecord): string {
  const { userId, email, fullName, roles, provider, device, address, createdAt, lastSeenAt } = record;
  const { authContexts, loginHint } = record;
  const text: z.infer<typeof stored> = [
    FORM,
    compactId(userId),
    email,
    fullName,
    [...roles],
    provider,
    device,
    address,
    createdAt,
    lastSeenAt - createdAt,
    ...optionalTail(authContexts?.join(' '), loginHint),
  ];
  return JSON.stringify(text);
}

/** Undefined for what is no record, or one of another version of this program. */
export function readRecord(text: string): SessionRecord | undefined {
  const parsed = stored.safeParse(parseJson(text));
  if (!parsed.success) return undefined;
  const [, userId, email, fullName, roles, provider, device, address, createdAt, idle, contexts, loginHint] =
    parsed.data;
  return {
    userId: fullId(userId),
    email,
    fullName,
    roles,
    provider,
    device,
    address,
    createdAt,
    lastSeenAt: createdAt + idle,
    ...(loginHint && { loginHint }),
    ...(contexts && { authContexts: contexts.split(' ') }),
  };
}

/** Most sessions have neither, and then it takes no room; one that is missing before the other is empty. */
function optionalTail(authContexts = '', loginHint = ''): [string?, string?] {
  if (loginHint !== '') return [authContexts, loginHint];
  return authContexts === '' ? [] : [authContexts];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
