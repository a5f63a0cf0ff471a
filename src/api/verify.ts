import type { Request, Response } from 'express';
import * as z from 'zod';
import { createBoundedCache } from '../bounded-cache.js';
import { EntranceError } from '../errors.js';
import { queryOfProxy } from '../guards/for-proxy.js';
import { type Principal, principalOf } from '../guards/guards.js';
import { CONSOLE_ROLES, roleNames } from '../identity/roles.js';
import { confirmedEmail, type User } from '../identity/user.js';
import type { Dependencies } from '../stores.js';
import { teamNamesOf, teamsOf } from '../teams/team-names.js';
import { mayGiveRole } from './may-grant.js';
import { type Operation, operation } from './operation.js';

/** The longest header of names: proxies and servers accept 16 KB of headers in all, often less. */
const LONGEST_NAMES_KB = 8;
/** The log warns once of each person with such a header; it remembers this many people. */
const MOST_WARNED = 10_000;

/** Strict, so that a proxy whose condition is misspelt or empty lets nobody in. */
const conditions = z.strictObject({
  role: z
    .array(z.string().min(1).max(200))
    .optional()
    .describe('Lets pass who holds this role; repeated: one of these.'),
  sign_in: z
    .array(z.literal('redirect'))
    .length(1)
    .optional()
    .describe(
      'Answers a person’s window that isn’t signed in with 303 to the sign-in page, and back to `X-Forwarded-Uri`.',
    ),
});

/** The person whose request passes, as the app behind the proxy gets to know them. */
interface Passing {
  /** The ID of the user, or of a token that the operator made. */
  readonly id: string;
  readonly user: User | undefined;
  readonly roles: readonly string[];
}

/**
 * `/auth/verify`: tells a proxy whether a request may pass, and who sent it (nginx `auth_request`). A token passes as
 * the person who made it, with their roles, but without a console role that may do more than the token.
 */
export function createVerifyOperation({ directory, teams, log }: Dependencies): Operation {
  const warned = createBoundedCache<string>(MOST_WARNED);
  return operation({
    id: 'verify',
    method: 'get',
    path: '/auth/verify',
    gate: true,
    summary:
      'Whether a request may pass, for a proxy; every method, and every path behind it, is answered alike',
    access: 'verify',
    query: conditions,
    answers: {
      204: {
        description: `It may. The headers \`X-Auth-Request-User\` (an ID), \`-Email\`, \`-Roles\` and \`-Groups\` (names, separated by commas) say whose it is, percent-encoded but for printable ASCII. A header of more than ${LONGEST_NAMES_KB} KB is left out whole, and \`X-Auth-Request-Truncated\` names it. \`X-Auth-Request-Email\` is left out while the address isn’t confirmed.`,
      },
      303: { description: 'To the sign-in page, with `sign_in=redirect`.' },
    },
    async handle(request, response) {
      const wanted = parseConditions(request);
      const passing = await findPassing(principalOf(request));
      if (wanted !== undefined && !wanted.some((role) => passing.roles.includes(role)))
        throw new EntranceError('no_access', { cause: { expected: wanted, received: passing.roles } });
      await setHeaders(response, passing);
      response.status(204).end();
    },
  });

  async function findPassing(principal: Principal): Promise<Passing> {
    if (principal.kind === 'session') {
      const { userId, roles } = principal.session.record;
      return { id: userId, user: await activeUser(userId), roles };
    }
    const { id, createdBy } = principal.token;
    const user = createdBy === null ? undefined : await activeUser(createdBy);
    const held = user === undefined ? CONSOLE_ROLES : roleNames(user.roles);
    return { id: user?.id ?? id, user, roles: held.filter((role) => mayGiveRole(principal, role)) };
  }

  /** Sessions and tokens end when their user is disabled or deleted. This covers a request in the same moment. */
  async function activeUser(id: string): Promise<User> {
    const user = await directory.find(id);
    if (user?.status !== 'active') throw new EntranceError('not_signed_in');
    return user;
  }

  async function setHeaders(response: Response, { id, user, roles }: Passing): Promise<void> {
    const groups = user === undefined ? [] : teamsOf(user, await teamNamesOf(teams, [user]));
    response.set('X-Auth-Request-User', id);
    const email = user && confirmedEmail(user);
    if (email !== undefined) response.set('X-Auth-Request-Email', encoded(email));
    setNames(response, 'X-Auth-Request-Roles', roles, id);
    setNames(response, 'X-Auth-Request-Groups', groups, id);
  }

  /** A header that is too long is left out whole, since an app would take a part of the names for all of them. */
  function setNames(response: Response, header: string, names: readonly string[], userId: string): void {
    const value = names.map(encoded).join(',');
    if (value.length <= LONGEST_NAMES_KB * 1_024) return void response.set(header, value);
    response.append('X-Auth-Request-Truncated', header);
    if (warned.get(`${header} ${userId}`) !== undefined) return;
    warned.set(`${header} ${userId}`, header);
    log.warn(
      { userId, header, names: names.length, bytes: value.length, mostBytes: LONGEST_NAMES_KB * 1_024 },
      'a header of /auth/verify was left out, because somebody has more roles or teams than fit into it',
    );
  }
}

/**
 * Reads the query from the address itself: if the host app has Express parse queries in another way, or not at all,
 * every request would pass.
 * @throws EntranceError `invalid_request`
 */
function parseConditions(request: Request): readonly string[] | undefined {
  const query = queryOfProxy(request);
  const named = [...query.keys()].map((name) => [name, query.getAll(name)]);
  const parsed = conditions.safeParse(Object.fromEntries(named));
  if (parsed.success) return parsed.data.role;
  throw new EntranceError('invalid_request', {
    detail:
      'The query string may hold “role”, the name of a role, once or several times, and “sign_in”, which may be “redirect”, and nothing else.',
  });
}

/** Percent-encodes the characters that a header can't hold, and the comma, which separates names (RFC 3986 §2.1). */
function encoded(text: string): string {
  return text.toWellFormed().replace(/[^\x20-\x7e]|[%,]/gu, encodeURIComponent);
}
