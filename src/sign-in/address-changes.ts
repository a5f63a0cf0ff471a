import type { Logger } from 'pino';
import type { Audit } from '../audit/audit.js';
import type { Actor, Happening } from '../audit/event.js';
import type { OtherAccount, Outcome } from '../directory/directory.js';
import type { AccountName } from '../errors.js';
import { type AddressClaim, isContradicted, isSameAddress } from '../identity/addresses.js';
import type { Identity } from '../identity/identity.js';
import { confirmedEmail, type EmailDoubt, type Grant, type User, unverifiedSince } from '../identity/user.js';
import { endSessions } from '../session/end-sessions.js';
import type { SessionStore } from '../session/session-store.js';

/** The effects of a sign-in on email addresses, with the events, log lines and ended sessions that follow. */
export interface AddressChange {
  readonly other: OtherAccount;
  readonly events: readonly Happening[];
  /** The accounts whose sessions end, since these sessions still assert the old address, and the reason. */
  readonly ending: readonly { readonly user: User; readonly reason: 'address_taken' | 'address_changed' }[];
  /** The line for the operator's log; undefined if no other account is affected. */
  readonly warning: { readonly facts: object; readonly text: string } | undefined;
}

/** The address changes of the person who signs in. */
export interface OwnAddressChange extends AddressChange {
  readonly changes: { readonly email: string; readonly emailDoubt: EmailDoubt | undefined };
}

export interface Occasion {
  readonly identity: Identity;
  /** ISO 8601 in UTC. */
  readonly now: string;
  readonly origin: Actor;
}

/** @param user the account before this sign-in */
export function claimedAddress(user: User, claim: AddressClaim, occasion: Occasion): OwnAddressChange {
  const { deniedBy } = claim;
  if (deniedBy !== undefined) return contradicted(user, deniedBy, occasion);
  if (claim.unverified) return unverified(user, claim.email, occasion);
  const isKept = claim.isOfFurtherIdentity === true;
  const isMoved = !isKept && (!isSameAddress(user.email, claim.email) || user.emailDoubt !== undefined);
  return {
    changes: isKept
      ? { email: user.email, emailDoubt: user.emailDoubt }
      : { email: claim.email, emailDoubt: undefined },
    ...otherOf({ id: user.id, email: claim.email, fullName: occasion.identity.fullName }, claim, occasion),
    ending: [
      ...(isMoved ? [{ user, reason: 'address_changed' } as const] : []),
      ...(claim.takesFrom === undefined ? [] : [{ user: claim.takesFrom, reason: 'address_taken' } as const]),
    ],
  };
}

/** The new address, which the provider doesn't confirm, replaces the old one, which isn't the person's any more. */
function unverified(
  user: User,
  email: string,
  { identity: { fullName }, now, origin }: Occasion,
): OwnAddressChange {
  const before = user.emailDoubt;
  const isSame = before?.reason === 'unverified' && isSameAddress(user.email, email);
  const person = { id: user.id, email, fullName };
  const by = { ...origin, user: person };
  return {
    changes: { email, emailDoubt: isSame ? before : unverifiedSince(now) },
    other: {},
    events: isSame ? [] : [{ action: 'user-address-keep', by, target: person, provider: user.provider }],
    ending: confirmedEmail(user) === undefined ? [] : [{ user, reason: 'address_changed' }],
    warning: isSame
      ? undefined
      : {
          facts: { userId: user.id, email },
          text: 'an email address isn’t confirmed: the identity provider names it for userId and doesn’t vouch for it',
        },
  };
}

/** The changes for the account that loses its address to a new person. */
export function takenAddress(person: AccountName, from: User, occasion: Occasion): AddressChange {
  return {
    ...otherOf(person, { takesFrom: from }, occasion),
    ending: [{ user: from, reason: 'address_taken' }],
  };
}

/** The changes for a known person who isn't let in; undefined if their address is unaffected or in doubt already. */
export function refusedAddress(
  user: User,
  holder: User | undefined,
  occasion: Occasion,
): OwnAddressChange | undefined {
  const isNews = isContradicted(occasion.identity, user) && user.emailDoubt === undefined;
  return isNews ? contradicted(user, holder?.id === user.id ? undefined : holder, occasion) : undefined;
}

function otherOf(
  person: AccountName,
  { takesFrom, merges }: Pick<AddressClaim, 'takesFrom' | 'merges'>,
  { now, origin }: Occasion,
): Pick<AddressChange, 'other' | 'events' | 'warning'> {
  const other = takesFrom ?? merges;
  if (other === undefined) return { other: {}, events: [], warning: undefined };
  const by = { ...origin, user: person };
  const about = { by, target: nameOf(other), provider: other.provider } as const;
  const facts = { userId: person.id, otherUserId: other.id, email: person.email };
  if (takesFrom === undefined) {
    return {
      other: { merges: other },
      events: [{ action: 'user-merge', ...about }],
      warning: {
        facts,
        text: 'an account that was added ahead was merged into the account of a person who had signed in before: the identity provider gives that person the address',
      },
    };
  }
  const doubt: EmailDoubt = { since: now, reason: 'taken', other: person.id };
  return {
    other: { losesEmail: { user: other, doubt } },
    events: [{ action: 'user-address-take', ...about }],
    warning: {
      facts,
      text: 'an email address was taken over: the identity provider gives it to userId now. The address of otherUserId isn’t confirmed until that person signs in again; if nobody will, disable or delete that account',
    },
  };
}

/** The person can't have the address that the provider names, so neither address is confirmed. */
function contradicted(user: User, keeper: User | undefined, occasion: Occasion): OwnAddressChange {
  const { identity, now, origin } = occasion;
  const before = user.emailDoubt;
  const other = keeper?.id ?? null;
  const isNews = before?.reason !== 'contradicted' || before.other !== other;
  const doubt: EmailDoubt = { since: before?.since ?? now, reason: 'contradicted', other };
  const person = { id: user.id, email: identity.email, fullName: user.fullName };
  const target = nameOf(keeper ?? user);
  return {
    changes: { email: user.email, emailDoubt: doubt },
    other: {},
    events: isNews
      ? [{ action: 'user-address-keep', by: { ...origin, user: person }, target, provider: user.provider }]
      : [],
    ending: confirmedEmail(user) === undefined ? [] : [{ user, reason: 'address_changed' }],
    warning: isNews
      ? {
          facts: { userId: user.id, otherUserId: other ?? undefined, email: identity.email },
          text: `an email address isn’t confirmed any more: the identity provider gives userId another one, ${keeper === undefined ? 'with which they may not sign in' : `which ${keptBy(keeper)}`}`,
        }
      : undefined,
  };
}

function keptBy(keeper: User): string {
  return keeper.provider === 'local'
    ? 'the local account otherUserId keeps. Give that account up, or link it to the provider from its own session'
    : 'otherUserId keeps, since this directory doesn’t vouch for it. Unlink or delete otherUserId if the address is no longer theirs';
}

/**
 * Carries out a write and ends the sessions that assert an address which isn't confirmed any more. The sessions end
 * before the write, so that none is left if the process dies, and again after it, for sessions that began meanwhile.
 */
export async function writeAddressChange(
  stores: { readonly sessions: SessionStore; readonly audit: Audit; readonly log: Logger },
  { ending, warning }: Pick<AddressChange, 'ending' | 'warning'>,
  by: Actor,
  write: () => Promise<Outcome>,
): Promise<Outcome> {
  const end = async () => {
    for (const { user, reason } of ending) await endSessions(stores, nameOf(user), reason, by);
  };
  await end();
  const outcome = await write();
  if ('conflict' in outcome) return outcome;
  if (warning !== undefined) stores.log.warn(warning.facts, warning.text);
  await end();
  return outcome;
}

/** Adds the grants of a merged account that were given by hand, unless the account has them already. */
export function withMerged(own: readonly Grant[], merged: readonly Grant[] = []): readonly Grant[] {
  const isThere = ({ name }: Grant) => own.some((one) => one.origin === 'manual' && one.name === name);
  return [...own, ...merged.filter((grant) => grant.origin === 'manual' && !isThere(grant))];
}

/** The event holds both addresses, confirmed or not. */
function nameOf({ id, email, fullName }: User): AccountName {
  return { id, email, fullName };
}
