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
]);

/** A record as it is stored: without names, since a hundred thousand of them should fit into little memory. */
export function writeRecord(record: SessionRecord): string {
  const { userId, email, fullName, roles, provider, device, address, createdAt, lastSeenAt } = record;
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
  ];
  return JSON.stringify(text);
}

/** Undefined for what is no record, or one of another version of this program. */
export function readRecord(text: string): SessionRecord | undefined {
  const parsed = stored.safeParse(parseJson(text));
  if (!parsed.success) return undefined;
  const [, userId, email, fullName, roles, provider, device, address, createdAt, idle] = parsed.data;
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
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
