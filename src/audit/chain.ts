import { createHash } from 'node:crypto';
import { type AuditEvent, auditEvent, type LoneEvent } from './event.js';

/** A place in the chain: an event's number and hash. */
export interface Link {
  readonly sequence: number;
  readonly hash: string;
}

/** What the first event follows. */
export const GENESIS: Link = { sequence: 0, hash: '0'.repeat(64) };

/** Gives an event its place behind another: its number, the other's hash and its own. */
export function chainEvent(lone: LoneEvent, previous: Link): AuditEvent {
  const event = { ...lone.event, sequence: previous.sequence + 1 };
  const entrance = { ...lone.entrance, previous_hash: previous.hash };
  const hash = hashOf({ ...lone, event, entrance });
  return { ...lone, event: { ...event, hash }, entrance };
}

/** The event in a stored text, if it is one of ours and what it says gives its hash. */
export function readIntact(text: string): AuditEvent | undefined {
  const event = readEvent(text);
  if (event === undefined) return undefined;
  const { hash, ...rest } = event.event;
  return canonicalJson(event) === text && hashOf({ ...event, event: rest }) === hash ? event : undefined;
}

/** The event in a stored text; undefined where somebody made another thing of it. */
export function readEvent(text: string): AuditEvent | undefined {
  try {
    return auditEvent.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export function linkOf({ event }: AuditEvent): Link {
  return { sequence: event.sequence, hash: event.hash };
}

/** JSON in the one form of RFC 8785: members in order, no blanks. Our values are texts, whole numbers, lists and objects. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

function hashOf(value: object): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}
