import * as z from 'zod';
import { errorStatuses } from '../error-codes.js';
import { displayText } from '../identity/text.js';
import { uuidv7 } from '../identity/uuid.js';

/**
 * All actions that are recorded, with their category and type in the Elastic Common Schema (`event.category`,
 * `event.type`).
 */
export const actions = {
  'user-sign-in': { category: ['authentication'], type: ['start'] },
  'user-sign-out': { category: ['authentication'], type: ['end'] },
  'session-revoke': { category: ['session'], type: ['end'] },
  'user-create': { category: ['iam'], type: ['user', 'creation'] },
  'user-request': { category: ['iam'], type: ['user', 'creation'] },
  'user-request-lapse': { category: ['iam'], type: ['user', 'deletion'] },
  'user-approve': { category: ['iam'], type: ['user', 'change'] },
  'user-reject': { category: ['iam'], type: ['user', 'change'] },
  'user-provision': { category: ['iam'], type: ['user', 'creation'] },
  'user-link': { category: ['iam'], type: ['user', 'change'] },
  'user-unlink': { category: ['iam'], type: ['user', 'change'] },
  'user-claim': { category: ['iam'], type: ['user', 'change'] },
  'user-address-take': { category: ['iam'], type: ['user', 'change'] },
  'user-address-keep': { category: ['iam'], type: ['user', 'change'] },
  'user-merge': { category: ['iam'], type: ['user', 'deletion'] },
  'user-relink': { category: ['iam'], type: ['user', 'change'] },
  'user-update': { category: ['iam'], type: ['user', 'change'] },
  'administrators-lost': { category: ['iam'], type: ['admin', 'deletion'] },
  'user-roles-change': { category: ['iam'], type: ['user', 'change'] },
  'role-end': { category: ['iam'], type: ['user', 'change'] },
  'user-disable': { category: ['iam'], type: ['user', 'change'] },
  'user-enable': { category: ['iam'], type: ['user', 'change'] },
  'administrator-create': { category: ['iam'], type: ['admin', 'creation'] },
  'user-delete': { category: ['iam'], type: ['user', 'deletion'] },
  'team-create': { category: ['iam'], type: ['group', 'creation'] },
  'team-update': { category: ['iam'], type: ['group', 'change'] },
  'team-delete': { category: ['iam'], type: ['group', 'deletion'] },
  'team-member-add': { category: ['iam'], type: ['group', 'change'] },
  'team-member-remove': { category: ['iam'], type: ['group', 'change'] },
  'membership-end': { category: ['iam'], type: ['group', 'change'] },
  'token-create': { category: ['iam'], type: ['creation'] },
  'token-rotate': { category: ['iam'], type: ['change'] },
  'token-revoke': { category: ['iam'], type: ['deletion'] },
  'token-use': { category: ['authentication'], type: ['info'] },
} as const;

export type Action = keyof typeof actions;
export const actionNames = Object.keys(actions) as readonly Action[]; // the keys of the table above

export function isAction(name: string): name is Action {
  return Object.hasOwn(actions, name);
}

/**
 * The chains of the audit log. Each can be cut off at its beginning without a gap in another one, so that refusals of
 * strangers, or thousands of sign-ins, don't push out what administrators did.
 */
export const chains = ['changes', 'visits', 'refusals'] as const;
export type Chain = (typeof chains)[number];

export const outcomes = ['success', 'failure'] as const;
export type EventOutcome = (typeof outcomes)[number];

/** The reason for a refusal, as one of our error codes, or the reason for the end of sessions. */
const reasons = [
  ...(Object.keys(errorStatuses) as (keyof typeof errorStatuses)[]), // the keys of a record of all codes
  'user_disabled',
  'user_deleted',
  'roles_changed',
  'identity_linked',
  'identity_unlinked',
  'identity_relinked',
  'address_taken',
  'address_changed',
  'signed_out_at_provider',
  'gone_at_provider',
] as const;
export type Reason = (typeof reasons)[number];

export interface Person {
  readonly id?: string | undefined;
  readonly email?: string | undefined;
  readonly fullName?: string | undefined;
  /** Set while the email isn't confirmed: the event then leaves the email out. */
  readonly emailDoubt?: object | undefined;
}

/**
 * The person or program that acted, and its address. Without a user and a token it was the operator, by a setting or on
 * the command line.
 */
export interface Actor {
  readonly user?: Person | undefined;
  readonly token?: TokenName | undefined;
  readonly ip?: string | undefined;
  readonly userAgent?: string | undefined;
  readonly requestId?: string | undefined;
}

export interface TokenName {
  readonly id: string;
  readonly name: string;
}

export interface TeamName {
  readonly id: string;
  readonly name: string;
}

/** Something to record. It never holds a secret: no password, no token's text, no cookie. */
export interface Happening {
  readonly action: Action;
  /** `success` if left out. */
  readonly outcome?: EventOutcome;
  readonly reason?: Reason | undefined;
  readonly by: Actor;
  /** The person who was acted on, if that isn't the person who acted. */
  readonly target?: Person | undefined;
  /** The parts of the person's profile that changed, with their new values. */
  readonly changes?: Pick<Person, 'email' | 'fullName'> | undefined;
  readonly roles?: { readonly added: readonly string[]; readonly removed: readonly string[] } | undefined;
  /** The time at which the role or membership that was given ends by itself, ISO 8601. */
  readonly until?: string | undefined;
  /** The reasons for roles and memberships that were given or taken: `platform_admin: app role gateway.admin`. */
  readonly because?: readonly string[] | undefined;
  /** Set if not all groups, or app roles, were known: grants that rest on them stayed as they were. */
  readonly groupsUnknown?: true | undefined;
  readonly appRolesUnknown?: true | undefined;
  /** The team that was changed, or that `target` joined or left. */
  readonly team?: TeamName | undefined;
  /** The API token that was made, rotated, revoked or used. */
  readonly token?: TokenName | undefined;
  /** The provider of the sign-in. */
  readonly provider?: string | undefined;
  /** The directory (tenant) of the person who signed in. */
  readonly tenantId?: string | undefined;
  /** The provider's own code for the error, and the ID by which the provider's logs show the attempt. */
  readonly providerCode?: string | undefined;
  readonly correlationId?: string | undefined;
  /** The host app's own code for a refusal of its own. */
  readonly hostCode?: string | undefined;
  /** The administrator's words to a person whom they reject. */
  readonly message?: string | undefined;
  /** The number of sessions that ended. */
  readonly sessions?: number | undefined;
}

const text = z.string().max(1_024);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const person = { id: text.optional(), email: text.optional(), full_name: text.optional() };
const token = z.strictObject({ id: text, name: text });
const group = z.strictObject({ id: text, name: text });

/** An audit event as this version writes and answers it: nested, with the names of the Elastic Common Schema. */
export const auditEvent = z.strictObject({
  '@timestamp': z.iso.datetime(),
  ecs: z.strictObject({ version: z.literal('8.17.0') }),
  event: z.strictObject({
    id: z.uuid(),
    kind: z.literal('event'),
    action: z.enum(actionNames),
    category: z.array(text).min(1),
    type: z.array(text).min(1),
    outcome: z.enum(outcomes),
    reason: z.enum(reasons).optional(),
    /** The place in the chain, from 1. */
    sequence: z.int().positive(),
    /** SHA-256 in hex of the event's canonical JSON (RFC 8785) without this member. */
    hash,
  }),
  user: z
    .strictObject({
      ...person,
      changes: z.strictObject({ email: text.optional(), full_name: text.optional() }).optional(),
      target: z.strictObject(person).optional(),
    })
    .optional(),
  /** The team, which the Elastic Common Schema calls a group. */
  group: group.optional(),
  source: z.strictObject({ ip: text }).optional(),
  user_agent: z.strictObject({ original: text }).optional(),
  http: z.strictObject({ request: z.strictObject({ id: text }) }).optional(),
  organization: z.strictObject({ id: text }).optional(),
  entrance: z.strictObject({
    /** The chain that the event is in. An event of an earlier version has none: it is in all of them. */
    chain: z.enum(chains).optional(),
    /** The hash of the event before in that chain; zeros for the first event. */
    previous_hash: hash,
    provider: text.optional(),
    /** The API token that acted. */
    acting_token: token.optional(),
    /** The API token that was acted on. */
    token: token.optional(),
    roles: z.strictObject({ added: z.array(text), removed: z.array(text) }).optional(),
    until: z.iso.datetime().optional(),
    message: text.optional(),
    because: z.array(text).optional(),
    groups_unknown: z.literal(true).optional(),
    app_roles_unknown: z.literal(true).optional(),
    sessions: z.int().nonnegative().optional(),
    provider_code: text.optional(),
    /** The number in a `provider_code` of Microsoft’s, by the name that searches and stored events have for it. */
    aadsts: z.int().optional(),
    correlation_id: text.optional(),
    host_code: text.optional(),
  }),
});

/** An audit event as it is read: a newer version may have given it an action or a reason that this one doesn’t know. */
export const storedEvent = auditEvent.extend({
  event: auditEvent.shape.event.extend({ action: text, reason: text.optional() }),
});
export type AuditEvent = z.infer<typeof storedEvent>;

/** An event with a time and an ID, and without a place in a chain yet. */
export const loneEvent = auditEvent.extend({
  event: auditEvent.shape.event.omit({ sequence: true, hash: true }),
  entrance: auditEvent.shape.entrance.omit({ previous_hash: true }),
});
export type LoneEvent = z.infer<typeof loneEvent>;

/** Such an event as it is read, of this version or of a newer one. */
export const waitingEvent = loneEvent.extend({
  event: storedEvent.shape.event.omit({ sequence: true, hash: true }),
});
export type WaitingEvent = z.infer<typeof waitingEvent>;

/**
 * The event for a happening at `now`, in milliseconds since the epoch. Texts that people and browsers sent are cleaned
 * and cut.
 */
export function stampEvent(happening: Happening, now: number): LoneEvent {
  const { action, outcome = 'success', reason, by } = happening;
  const { category, type } = actions[action];
  return loneEvent.parse(
    compact({
      '@timestamp': new Date(now).toISOString(),
      ecs: { version: '8.17.0' },
      event: { id: uuidv7(now), kind: 'event', action, category, type, outcome, reason },
      user: {
        ...personJson(by.user),
        changes: personJson(happening.changes),
        target: personJson(happening.target),
      },
      group: { id: happening.team?.id, name: happening.team?.name },
      source: { ip: cut(by.ip) },
      user_agent: { original: cut(by.userAgent) },
      http: { request: { id: cut(by.requestId) } },
      organization: { id: cut(happening.tenantId) },
      entrance: {
        chain: chainOf(action, outcome),
        provider: happening.provider,
        acting_token: by.token,
        token: happening.token,
        roles: happening.roles,
        until: happening.until,
        message: cut(happening.message),
        because: happening.because?.slice(0, MOST_REASONS).map(cut),
        groups_unknown: happening.groupsUnknown,
        app_roles_unknown: happening.appRolesUnknown,
        sessions: happening.sessions,
        provider_code: cut(happening.providerCode),
        aadsts: aadstsIn(happening.providerCode),
        correlation_id: happening.correlationId,
        host_code: cut(happening.hostCode),
      },
    }) ?? {},
  );
}

function chainOf(action: Action, outcome: EventOutcome): Chain {
  if (outcome === 'failure') return 'refusals';
  return isCommon(action) ? 'visits' : 'changes';
}

/** Whether the action happens so often that an index by it would be of no use. */
export function isCommon(action: string): boolean {
  return action === 'user-sign-in' || action === 'user-sign-out' || action === 'token-use';
}

function aadstsIn(code = ''): number | undefined {
  const number = /^AADSTS(\d{1,9})$/.exec(code)?.[1];
  return number === undefined ? undefined : Number(number);
}

function personJson(one: Person | undefined) {
  const email = one?.emailDoubt === undefined ? one?.email : undefined;
  return { id: one?.id, email: cut(email), full_name: cut(one?.fullName) };
}

const LONGEST_TEXT = 512;
/** A person may be in hundreds of groups, and each may be a reason. */
const MOST_REASONS = 50;

function cut(value: string | undefined): string | undefined {
  return value === undefined ? undefined : displayText(value, LONGEST_TEXT);
}

/** The value without empty members; undefined if no member is left. Only `entrance` always stays. */
function compact(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const members = Object.entries(value)
    .map(([name, member]) => [name, compact(member) ?? (name === 'entrance' ? {} : undefined)])
    .filter(([, member]) => member !== undefined);
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

/** A function of the host app that gets each event that this instance has recorded, one at a time. */
export type AuditSink = (event: LoneEvent) => unknown;
