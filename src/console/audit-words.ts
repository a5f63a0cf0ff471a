import { type Action, type AuditEvent, type EventOutcome, isAction } from '../audit/event.js';
import type { NameOfProvider } from '../config/provider-name.js';
import { isErrorCode } from '../error-codes.js';
import { errorText } from '../error-texts.js';
import { REQUEST_LIFETIME_DAYS } from '../identity/approval.js';
import { plural } from '../words.js';
import { minuteInWords } from './time-in-words.js';
import { roleLabels } from './user-words.js';

/** The labels of the filter by action. */
export const actionLabels: Readonly<Record<Action, string>> = {
  'user-sign-in': 'Sign-ins',
  'user-sign-out': 'Sign-outs',
  'session-revoke': 'Sessions ended',
  'user-create': 'Accounts created',
  'user-request': 'Requests for approval',
  'user-request-lapse': 'Requests lapsed',
  'user-approve': 'Requests approved',
  'user-reject': 'Requests rejected',
  'user-provision': 'People added',
  'user-link': 'Accounts linked',
  'user-unlink': 'Accounts unlinked',
  'user-claim': 'Accounts claimed',
  'user-address-take': 'Addresses taken over',
  'user-address-keep': 'Addresses not confirmed',
  'user-merge': 'Accounts merged',
  'user-relink': 'Accounts moved to another directory',
  'user-update': 'Profiles changed',
  'user-roles-change': 'Roles changed',
  'role-end': 'Roles ended by their date',
  'user-disable': 'Accounts disabled',
  'user-enable': 'Accounts enabled',
  'user-delete': 'Accounts deleted',
  'team-create': 'Teams created',
  'team-update': 'Teams changed',
  'team-delete': 'Teams deleted',
  'team-member-add': 'People added to teams',
  'team-member-remove': 'People removed from teams',
  'membership-end': 'Memberships ended by their date',
  'administrators-lost': 'Last administrator lost',
  'administrator-create': 'Local administrator created',
  'token-create': 'API tokens created',
  'token-rotate': 'API tokens rotated',
  'token-revoke': 'API tokens revoked',
  'token-use': 'API tokens used',
};

export const outcomeLabels: Readonly<Record<EventOutcome, string>> = {
  success: 'Succeeded',
  failure: 'Refused',
};

/** A part of a sentence: a text, or the name of a person with an account. */
export interface SentencePart {
  readonly text: string;
  readonly userId?: string | undefined;
}

/** The event as a sentence: “Ada Lovelace signed in with …”. */
export function sentence(event: AuditEvent, nameOfProvider: NameOfProvider): string {
  return sentenceParts(event, nameOfProvider)
    .map(({ text }) => text)
    .join('');
}

/** The sentence in parts, so that a page can link the people in it. */
export function sentenceParts(event: AuditEvent, nameOfProvider: NameOfProvider): readonly SentencePart[] {
  const people = { actor: event.user, target: event.user?.target };
  return markedSentence(event, nameOfProvider)
    .split(MARK)
    .map((text): SentencePart => {
      if (text !== 'actor' && text !== 'target') return { text };
      return { text: nameIn(people[text]) ?? '', userId: people[text]?.id };
    })
    .filter(({ text }) => text !== '');
}

/** Stands on both sides of the word for a person. No text of an event has this character. */
const MARK = '\u0000';

function markedSentence(event: AuditEvent, nameOfProvider: NameOfProvider): string {
  const { action, outcome } = event.event;
  const provider = providerIn(event, nameOfProvider);
  const who = actor(event);
  if (!isAction(action)) return `${who}: “${action}”, an event of a newer version`;
  if (outcome === 'failure') return refusal(event, provider);
  const whom = mention(event, 'target') ?? event.user?.target?.id ?? 'somebody';
  const team = `the team “${event.group?.name ?? ''}”`;
  const token = `the API token “${event.entrance.token?.name ?? ''}”`;
  const sentences: Readonly<Record<Action, () => string>> = {
    'user-sign-in': () => `${who} signed in${withProvider(event, provider)}`,
    'user-sign-out': () => `${who} signed out`,
    'session-revoke': () => sessionsEnded(event, who, whom, provider),
    'user-create': () =>
      `An account was created for ${whom}, at the first sign-in${withProvider(event, provider)}`,
    'user-request': () => `${whom} asked to be let in${withProvider(event, provider)}`,
    'user-request-lapse': () =>
      `The request of ${whom} lapsed: nobody decided within ${REQUEST_LIFETIME_DAYS} days`,
    'user-approve': () => `${who} approved ${whom}`,
    'user-reject': () => `${who} rejected ${whom}${quoted(event.entrance.message)}`,
    'user-provision': () => `${who} added ${whom}`,
    'user-link': () => `${who} linked their account to ${provider ?? ANY}`,
    'user-unlink': () => `${who} unlinked the account of ${whom} from ${provider ?? ANY}`,
    'user-claim': () => `${whom} claimed the account that was set up for them`,
    'user-address-take': () =>
      `${who} was given the address ${event.user?.email ?? ''} by ${provider ?? ANY}, and ${whom} has it no more`,
    'user-address-keep': () => addressKept(event, who, whom, provider),
    'user-merge': () => `The account that was added ahead for ${whom} was merged into that of ${who}`,
    'user-relink': () => `${who} moved the account of ${whom} to another directory at ${provider ?? ANY}`,
    'user-update': () => `The profile of ${whom} changed${occasion(event)}${changes(event)}`,
    'user-roles-change': () => `${whom} ${roleChange(event)}${untilWhen(event)}${occasion(event)}`,
    'role-end': () =>
      `The role “${event.entrance.roles?.removed.join('”, “') ?? ''}” of ${whom} ended, as was set when it was given`,
    'user-disable': () => `${who} disabled ${whom}`,
    'user-enable': () => `${who} enabled ${whom}`,
    'user-delete': () => `${who} deleted ${whom}`,
    'team-create': () => `${who} created ${team}`,
    'team-update': () => `${who} changed ${team}`,
    'team-delete': () => `${who} deleted ${team}`,
    'team-member-add': () => `${who} added ${whom} to ${team}${untilWhen(event)}`,
    'team-member-remove': () => `${who} removed ${whom} from ${team}`,
    'membership-end': () => `The membership of ${whom} in ${team} ended, as was set when it was given`,
    'administrators-lost': () =>
      `No administrator is left: ${whom} signed in without anything that gives the role`,
    'administrator-create': () => `The local administrator ${whom} was created`,
    'token-create': () => `${who} created ${token}`,
    'token-rotate': () => `${who} gave ${token} a new secret`,
    'token-revoke': () => `${who} revoked ${token}`,
    'token-use': () => `${capital(token)} was used`,
  };
  return sentences[action]();
}

/** The remedy for an administrator, with a link to the account of the event; undefined if there is none. */
export function remedyInWords(
  { event, user, entrance }: AuditEvent,
  nameOfProvider: NameOfProvider,
): string | undefined {
  const isConflict = event.outcome === 'failure' && event.reason === 'account_conflict';
  if (isConflict)
    return `If this is the same person, made anew at ${providerIn({ entrance }, nameOfProvider) ?? ANY}, unlink that account: the next sign-in gets it. If that account is of somebody who has left, disable or delete it. A local account is linked from its own session.`;
  if (event.action === 'user-address-take')
    return 'That address isn’t confirmed until its person signs in again. If nobody will, disable or delete the account.';
  if (event.action === 'user-address-keep' && user?.id !== user?.target?.id)
    return 'If the address isn’t theirs any more, delete that account, or unlink it.';
  return undefined;
}

/**
 * There are three reasons: no provider vouches for the address, another account keeps it, or the provider now gives the
 * refused person another address than the account has.
 */
function addressKept({ user }: AuditEvent, who: string, whom: string, provider = ANY): string {
  const email = user?.email ?? 'another address';
  const isSame = user?.id === user?.target?.id && user?.email === user?.target?.email;
  if (isSame && user?.email !== undefined)
    return `${capital(provider)} names the address ${email} for ${who} and doesn’t vouch for it: it isn’t confirmed`;
  return user?.id === user?.target?.id
    ? `${capital(provider)} gives ${who} the address ${email}, so the one known here isn’t confirmed any more`
    : `${capital(provider)} gives ${who} the address ${email}, but ${whom} keeps it: the one of ${who} isn’t confirmed any more`;
}

function refusal(full: AuditEvent, provider: string | undefined): string {
  const { event } = full;
  const who = mention(full, 'actor');
  const of = who === undefined ? '' : ` of ${who}`;
  const what =
    event.action === 'user-link'
      ? `link${of}${provider === undefined ? '' : ` to ${provider}`}`
      : `sign-in${of}${withProvider(full, provider)}`;
  const title = isErrorCode(event.reason) ? errorText(event.reason, provider).title : '';
  const whose = mention(full, 'target');
  const held = whose === undefined ? '' : `. It is the address of ${whose}`;
  return `A ${what} was refused${title === '' ? '' : `: ${title}`}${held}`;
}

function actor(event: AuditEvent): string {
  const { user } = event;
  const token = event.entrance.acting_token;
  if (token !== undefined) return `The API token “${token.name}”`;
  return mention(event, 'actor') ?? (user?.id === undefined ? 'The operator' : user.id);
}

/** The word for a person in a marked sentence; undefined if the event has no name of that person. */
function mention({ user }: AuditEvent, part: 'actor' | 'target'): string | undefined {
  const person = part === 'actor' ? user : user?.target;
  return nameIn(person) === undefined ? undefined : `${MARK}${part}${MARK}`;
}

function nameIn(
  person: { readonly full_name?: string | undefined; readonly email?: string | undefined } | undefined,
) {
  return person?.full_name || person?.email;
}

/** If the actor of an event is also its target, a sign-in made the change. */
function occasion(event: AuditEvent): string {
  const { user } = event;
  return user?.id === user?.target?.id ? ' with a sign-in' : `, by ${actor(event)}`;
}

function untilWhen({ entrance: { until } }: AuditEvent): string {
  return until === undefined ? '' : ` until ${minuteInWords(until)}`;
}

function withProvider({ entrance }: AuditEvent, provider: string | undefined): string {
  if (provider === undefined) return '';
  return entrance.provider === 'local' ? ' with a password' : ` with ${provider}`;
}

/** Stands for a provider that the event doesn’t name. */
const ANY = 'the sign-in provider';

function providerIn(
  { entrance }: Pick<AuditEvent, 'entrance'>,
  nameOfProvider: NameOfProvider,
): string | undefined {
  return entrance.provider === undefined ? undefined : nameOfProvider(entrance.provider);
}

function sessionsEnded(
  { event, entrance, user }: AuditEvent,
  who: string,
  whom: string,
  provider = ANY,
): string {
  const why = whySessionsEnded(provider)[event.reason ?? ''];
  if (user?.target === undefined)
    return `${who} ended the sessions of everybody, ${entrance.sessions ?? 0} in all`;
  return why === undefined
    ? `${who} ended ${plural(entrance.sessions ?? 0, 'session')} of ${whom}`
    : `${capital(whom)} was signed out everywhere: ${why}`;
}

function quoted(message: string | undefined): string {
  return message === undefined ? '' : `: “${message}”`;
}

const whySessionsEnded = (provider: string): Readonly<Record<string, string>> => ({
  user_disabled: 'the account was disabled',
  user_deleted: 'the account was deleted',
  roles_changed: 'the roles changed',
  identity_linked: `the account was linked to ${provider}`,
  identity_unlinked: `the account was unlinked from ${provider}`,
  identity_relinked: `the account was moved to another directory at ${provider}`,
  address_taken: 'the email address belongs to somebody else now',
  address_changed: 'the email address changed',
  signed_out_at_provider: `${provider} signed the person out`,
  gone_at_provider: `${provider} vouches for the person no more`,
});

function changes({ user }: AuditEvent): string {
  const { email, full_name: fullName } = user?.changes ?? {};
  const parts = [
    email === undefined ? undefined : `the email is now ${email}`,
    fullName === undefined ? undefined : `the name is now ${fullName}`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? '' : `: ${parts.join(', ')}`;
}

function roleChange({ entrance }: AuditEvent): string {
  const { added = [], removed = [] } = entrance.roles ?? {};
  const inWords = (names: readonly string[]) => names.map((one) => roleLabels[one] ?? one).join(', ');
  return [
    added.length === 0 ? undefined : `was given ${inWords(added)}`,
    removed.length === 0 ? undefined : `lost ${inWords(removed)}`,
  ]
    .filter((part) => part !== undefined)
    .join(' and ');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
