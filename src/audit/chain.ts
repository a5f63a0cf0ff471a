import { createHash } from 'node:crypto';
import type * as z from 'zod';
import { canonicalJson } from './canonical-json.js';
import { type AuditEvent, type Chain, storedEvent, type WaitingEvent, waitingEvent } from './event.js';

/** An event's number and hash, by which the next event refers to it. */
export interface Link {
  readonly sequence: number;
  readonly hash: string;
}

/** The last event of each chain. The events of all chains are numbered together. */
export type Links = Readonly<Record<Chain, Link>>;

const NOTHING: Link = { sequence: 0, hash: '0'.repeat(64) };
/** The links that the first event of each chain refers to. */
export const GENESIS: Links = inAllChains(NOTHING);

/** Adds to an event its number, the hash of the event before in its chain, and its own hash. */
export function chainEvent(lone: WaitingEvent, links: Links): AuditEvent {
  const event = { ...lone.event, sequence: lastSequence(links) + 1 };
  const entrance = { ...lone.entrance, previous_hash: previousOf(lone.entrance.chain, links).hash };
  const hash = hashOf({ ...lone, event, entrance });
  return { ...lone, event: { ...event, hash }, entrance };
}

/**
 * The link that the next event of a chain has to refer to. An event of an earlier version is in all chains, so it
 * refers to the ends of all of them.
 */
export function previousOf(chain: Chain | undefined, links: Links): Link {
  return chain === undefined ? combinedLink(links) : links[chain];
}

/** The ends of the chains after one of them got another event. */
export function withLink(links: Links, chain: Chain | undefined, link: Link): Links {
  return chain === undefined ? inAllChains(link) : { ...links, [chain]: link };
}

export function inAllChains(link: Link): Links {
  return { changes: link, visits: link, refusals: link };
}

/** The last number, and one hash that stands for the ends of all chains together. */
export function combinedLink(links: Links): Link {
  const { changes, visits, refusals } = links;
  const isOne = visits.hash === changes.hash && refusals.hash === changes.hash;
  return { sequence: lastSequence(links), hash: isOne ? changes.hash : hashOf(links) };
}

export function lastSequence({ changes, visits, refusals }: Links): number {
  return Math.max(changes.sequence, visits.sequence, refusals.sequence);
}

/** The event in a stored text; undefined if the text isn't an event or doesn't have the hash that it names. */
export function readIntact(text: string): AuditEvent | undefined {
  const event = readEvent(text);
  if (event === undefined) return undefined;
  const { hash, ...rest } = event.event;
  return canonicalJson(event) === text && hashOf({ ...event, event: rest }) === hash ? event : undefined;
}

/** The event in a stored text, whatever its hash; undefined if the text isn't an event. */
export function readEvent(text: string): AuditEvent | undefined {
  return readAs(storedEvent, text);
}

/** The event in the text of one that waits for its place in a chain; undefined if the text isn't an event. */
export function readWaiting(text: string): WaitingEvent | undefined {
  return readAs(waitingEvent, text);
}

/**
 * An event of a newer version may have members that this version doesn't know. They stay, since the event's hash is over
 * them too. All versions write canonical JSON.
 */
function readAs<T>(schema: z.ZodType<T>, text: string): T | undefined {
  try {
    const json: unknown = JSON.parse(text);
    const { data, error } = schema.safeParse(json);
    if (error === undefined) return data;
    const hasOnlyMore = error.issues.every(({ code }) => code === 'unrecognized_keys');
    return hasOnlyMore && canonicalJson(json) === text ? (json as T) : undefined; // its further members alone are against the schema
  } catch {
    return undefined;
  }
}

export function linkOf({ event }: AuditEvent): Link {
  return { sequence: event.sequence, hash: event.hash };
}

function hashOf(value: object): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}
