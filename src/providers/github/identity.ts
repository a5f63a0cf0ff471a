import type { Logger } from 'pino';
import * as z from 'zod';
import { EntranceError } from '../../errors.js';
import { type Claimed, UNKNOWN } from '../../identity/claimed.js';
import { parseEmail } from '../../identity/email.js';
import type { Identity } from '../../identity/identity.js';
import { fullNameOf } from '../standard-claims.js';
import { ask, failureOf, type GitHubApi, type Listed, list, rateLimited } from './api.js';
import { includesAddresses, includesOrganisations } from './scopes.js';

const person = z.object({
  id: z.int().positive(),
  login: z.string().min(1).max(255),
  name: z.string().max(1_024).nullish().catch(undefined),
});

const address = z.object({ email: z.string().max(1_024), primary: z.boolean(), verified: z.boolean() });

const membership = z.object({ state: z.string(), organization: z.object({ login: z.string() }) });
const team = z.object({ slug: z.string(), organization: z.object({ login: z.string() }) });

/** GitHub generates these for people who hide theirs. They count as verified there, but receive no mail. */
const NO_REPLY = /@(?:users\.)?noreply\./i;

export interface Asked {
  readonly api: GitHubApi;
  /** The organisations and teams that give something; if there are none, the person's aren't requested. */
  readonly mapped: readonly string[];
  /** The granted scopes, with commas between them; undefined if GitHub doesn't name them, empty for a GitHub App. */
  readonly granted: string | undefined;
  readonly log: Logger;
}

/**
 * The identity of the person, read with the token of this sign-in. The number identifies an account, since a login can
 * be given up and then taken by somebody else.
 * @throws EntranceError if GitHub doesn’t identify the person
 */
export async function identityFromGitHub(asked: Asked): Promise<Identity> {
  const { api, mapped } = asked;
  const [{ id, login, name }, email, groups] = await Promise.all([
    whoIs(api),
    primaryAddress(asked),
    mapped.length > 0 ? groupsOf(asked) : UNKNOWN,
  ]);
  return {
    key: { provider: 'github', providerScope: new URL(api.url).origin, providerId: `${id}` },
    ...email,
    fullName: fullNameOf({ name: name ?? undefined }, undefined) ?? login,
    groups,
    appRoles: [],
    providerSessionId: undefined,
  };
}

async function whoIs(api: GitHubApi): Promise<z.infer<typeof person>> {
  const answer = await ask(api, '/user');
  if (answer.outcome !== 'answered') throw failureOf(answer);
  const { data, error } = person.safeParse(answer.body);
  if (data === undefined)
    throw new EntranceError('sso_failed', {
      cause: { user: error.issues.map(({ path }) => path.join('.')) },
    });
  return data;
}

/** The `email` of the profile doesn't count, since people choose it for display. */
async function primaryAddress({
  api,
  granted,
  log,
}: Asked): Promise<Pick<Identity, 'email' | 'emailVerified'>> {
  const unknown = { email: undefined, emailVerified: false };
  if (!mayRead(granted, includesAddresses)) return unknown;
  const { gap, members } = await list(api, '/user/emails', address);
  if (gap?.reason === 'failed') throw gap.error;
  if (gap?.reason === 'rate limit') throw rateLimited();
  if (gap !== undefined) {
    log.warn(
      { reason: gap.reason },
      'GitHub doesn’t tell the email addresses of somebody who signs in: a GitHub App needs the account permission “Email addresses: Read-only”',
    );
    return unknown;
  }
  const primary = members.find((one) => one.primary && !NO_REPLY.test(one.email));
  const email = parseEmail(primary?.email);
  return { email, emailVerified: email !== undefined && primary?.verified === true };
}

/** The organisations (`acme`) and teams (`acme/platform`) of which somebody is an active member. */
async function groupsOf(asked: Asked): Promise<Claimed> {
  const { api, granted } = asked;
  if (!mayRead(granted, includesOrganisations)) {
    asked.log.warn(
      { granted, mapped: asked.mapped },
      'GitHub has granted less than was asked for, and organisations aren’t part of it: what the person has by them stays as it was',
    );
    return UNKNOWN;
  }
  const [organisations, teams] = await Promise.all([
    list(api, '/user/memberships/orgs?state=active', membership),
    list(api, '/user/teams', team),
  ]);
  const names = [
    ...organisations.members
      .filter(({ state }) => state === 'active')
      .map(({ organization }) => organization.login),
    ...teams.members.map(({ organization, slug }) => `${organization.login}/${slug}`),
  ];
  const isWhole = [tellGap(asked, 'organisations', organisations), tellGap(asked, 'teams', teams)].every(
    (hasGap) => !hasGap,
  );
  return isWhole ? names : { atLeast: names };
}

/** Whether the list has a gap; if so, the operator is warned. */
function tellGap({ log, mapped }: Asked, what: string, { gap }: Listed<unknown>): boolean {
  if (gap === undefined) return false;
  if (gap.reason === 'sso')
    log.warn(
      { what, organisations: gap.organisations, mapped },
      'GitHub keeps organisations of somebody back, since the SAML single sign-on of these comes first: what the person has by them stays as it was. The person signs in to the organisation at GitHub, and then here again. Whose number it is: GET /organizations/‹number› at GitHub’s API',
    );
  else
    log.warn(
      { what, reason: gap.reason, mapped, ...(gap.reason === 'failed' && { cause: gap.error.cause }) },
      'GitHub doesn’t tell all organisations or teams of somebody who signs in: what the person has by them stays as it was. An OAuth app needs the scope read:org, a GitHub App the organisation permission “Members: Read-only”',
    );
  return true;
}

/** A GitHub App has permissions in place of scopes, and only the API tells what it may read. */
function mayRead(granted: string | undefined, suffices: (scopes: readonly string[]) => boolean): boolean {
  const scopes = (granted ?? '').split(/[\s,]+/).filter((scope) => scope !== '');
  return scopes.length === 0 || suffices(scopes);
}
