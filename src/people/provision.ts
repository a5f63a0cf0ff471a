import type { Actor } from '../audit/event.js';
import type { Clock } from '../clock.js';
import type { Config } from '../config/config.js';
import { type PeopleProvider, providerOfPeople } from '../config/provider-name.js';
import type { Directory, NewUser, ProviderId, User } from '../directory/directory.js';
import { withManual } from '../directory/user-edits.js';
import { EntranceError } from '../errors.js';
import { hasLapsed } from '../identity/approval.js';
import { emailProblem, isTrustedDomain, parseEmail } from '../identity/email.js';
import { uuidv7 } from '../identity/uuid.js';
import { forgetRequest } from './approval.js';

/** Somebody who is added before their first sign-in. */
export interface NewPerson {
  /** The address as `checkEmail` returns it. */
  readonly email: string;
  /** The name until the first sign-in; afterwards the provider's name for the person replaces it. */
  readonly fullName: string;
  readonly roles: readonly string[];
  readonly teams: readonly string[];
}

/** The address of a person to add, or the reason why they could never sign in with it at the provider. */
export function checkEmail(
  text: string,
  { name, trustedDomains, settings }: PeopleProvider,
): { readonly email: string } | { readonly problem: string } {
  const email = parseEmail(text);
  if (email === undefined) return { problem: emailProblem(text) };
  if (isTrustedDomain(email, trustedDomains)) return { email };
  return {
    problem: `is of no trusted domain, so this person could never sign in with ${name}: ${settings.trustedDomains} is ${trustedDomains.join(', ')}`,
  };
}

/** The address and the provider of a person to add, or the reason why one of them isn't possible. */
export function checkPerson(
  config: Pick<Config, 'sso'>,
  { email, provider: named }: { readonly email: string; readonly provider?: string | undefined },
):
  | { readonly email: string; readonly provider: PeopleProvider }
  | { readonly field: 'email' | 'provider'; readonly problem: string } {
  const provider = providerOfPeople(config, named);
  if ('problem' in provider) return { field: 'provider', ...provider };
  const checked = checkEmail(email, provider);
  return 'problem' in checked ? { field: 'email', ...checked } : { ...checked, provider };
}

/** @throws EntranceError `email_taken` */
export async function addPerson(
  { directory, clock }: { readonly directory: Directory; readonly clock: Clock },
  person: NewPerson,
  provider: ProviderId,
  by: Actor,
): Promise<User> {
  const now = clock.now();
  return provisionUser(directory, provisioned(person, { provider, now }), by, now);
}

/** The person with this verified address at the provider claims the account. `now`: milliseconds. */
export function provisioned(
  { email, fullName, roles, teams }: NewPerson,
  { provider, now }: { readonly provider: ProviderId; readonly now: number },
): NewUser {
  return {
    id: uuidv7(now),
    email,
    fullName,
    provider,
    providerId: null,
    providerScope: null,
    status: 'active',
    decision: null,
    roles: withManual([], [...new Set(roles)]),
    teams: withManual([], [...new Set(teams)]),
    createdAt: new Date(now).toISOString(),
    lastLoginAt: null,
  };
}

/** @throws EntranceError `email_taken` */
export async function provisionUser(
  directory: Directory,
  user: NewUser,
  by: Actor,
  now: number,
): Promise<User> {
  const added = user.roles.map(({ name }) => name);
  const roles = added.length === 0 ? undefined : { added, removed: [] };
  const events = [{ action: 'user-provision', by, target: user, roles } as const];
  const outcome = await directory.create(user, { events });
  if ('user' in outcome) return outcome.user;
  const holder = await directory.findByEmail(user.email);
  if (holder !== undefined && hasLapsed(holder, now)) {
    await forgetRequest(directory, holder);
    return provisionUser(directory, user, by, now);
  }
  throw new EntranceError('email_taken', {
    detail:
      holder?.status === 'pending'
        ? 'The person with this email address has asked to be let in already: approve them instead.'
        : 'There is an account with this email address already: change that one instead.',
  });
}
