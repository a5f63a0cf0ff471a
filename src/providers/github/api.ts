import * as z from 'zod';
import type { Secret } from '../../config/secret.js';
import { EntranceError } from '../../errors.js';
import type { ApiAnswer, ProviderApi } from '../provider-api.js';

/** The REST API of a GitHub server, asked with the access token of the person who signs in. */
export interface GitHubApi {
  readonly api: ProviderApi;
  /** Without a slash at the end. */
  readonly url: string;
  readonly accessToken: Secret;
  readonly deadline: AbortSignal;
}

export const API_HEADERS = {
  accept: 'application/vnd.github+json',
  'x-github-api-version': '2022-11-28',
} as const;

/** GitHub’s limit for one page. */
const PAGE_SIZE = 100;
/** So many pages hold 1,000 entries, more than anybody has of anything. */
const MOST_PAGES = 10;

export interface Listed<T> {
  readonly members: readonly T[];
  /** The reason that the list isn’t complete; undefined if it is. */
  readonly gap: Gap | undefined;
}

export type Gap =
  /** Organisations with SAML single sign-on to which the person hasn’t signed in, by name or number. */
  | { readonly reason: 'sso'; readonly organisations: readonly string[] }
  | { readonly reason: 'forbidden' }
  | { readonly reason: 'rate limit' }
  | { readonly reason: 'too many pages' }
  | { readonly reason: 'unreadable' }
  | { readonly reason: 'failed'; readonly error: EntranceError };

export function ask({ api, url, accessToken, deadline }: GitHubApi, path: string): Promise<ApiAnswer> {
  return api.get(path.startsWith('http') ? path : `${url}${path}`, {
    accessToken,
    deadline,
    headers: API_HEADERS,
  });
}

/** All members of a list, page by page (RFC 8288, `Link`). A gap is reported in the result, not by an exception. */
export async function list<T>(api: GitHubApi, path: string, member: z.ZodType<T>): Promise<Listed<T>> {
  const page = z.array(member).max(PAGE_SIZE);
  const members: T[] = [];
  const withheld = new Set<string>();
  let next: string | undefined = `${path}${path.includes('?') ? '&' : '?'}per_page=${PAGE_SIZE}`;
  for (let pages = 0; next !== undefined; pages += 1) {
    if (pages === MOST_PAGES) return { members, gap: { reason: 'too many pages' } };
    const answer = await ask(api, next);
    if (answer.outcome !== 'answered') return { members, gap: gapOf(answer) };
    const read = page.safeParse(answer.body).data;
    if (read === undefined) return { members, gap: { reason: 'unreadable' } };
    members.push(...read);
    for (const organisation of withheldBy(answer.headers)) withheld.add(organisation);
    next = nextPage(answer.headers);
  }
  return {
    members,
    gap: withheld.size === 0 ? undefined : { reason: 'sso', organisations: [...withheld] },
  };
}

/** The failure of a request that every sign-in needs. */
export function failureOf(answer: Exclude<ApiAnswer, { outcome: 'answered' }>): EntranceError {
  if (answer.outcome === 'failed') return answer.error;
  const { reason } = gapOf(answer);
  const said = z.object({ message: z.string().max(1_000) }).safeParse(answer.body).data?.message;
  if (reason === 'rate limit') return rateLimited();
  return new EntranceError('sso_failed', {
    cause: { reason: answer.outcome, message: said },
    remedy:
      'GitHub doesn’t let the application read who signs in, and its message says why. The account may be suspended.',
  });
}

export function rateLimited(): EntranceError {
  return new EntranceError('sso_unavailable', {
    cause: { reason: 'rate limit' },
    remedy:
      'GitHub’s rate limit for this person or this address is reached. It ends within the hour; nothing to change here.',
  });
}

function gapOf(answer: Exclude<ApiAnswer, { outcome: 'answered' }>): Gap {
  if (answer.outcome === 'failed') return { reason: 'failed', error: answer.error };
  const { headers, outcome } = answer;
  const sso = headers.get('x-github-sso') ?? '';
  if (/^required\b/i.test(sso)) return { reason: 'sso', organisations: [nameIn(sso)] };
  const isRateLimit = headers.get('x-ratelimit-remaining') === '0' || headers.has('retry-after');
  return { reason: outcome === 'forbidden' && isRateLimit ? 'rate limit' : 'forbidden' };
}

const UNNAMED = 'unnamed';

/** `required; url=…/orgs/acme/sso?authorization_request=…`: the address is a credential, so only the name is taken. */
function nameIn(sso: string): string {
  return /\/orgs\/([\w-]+)\/sso/.exec(sso)?.[1] ?? UNNAMED;
}

/** Parses `partial-results; organizations=21955855,20582480`. */
function withheldBy(headers: Headers): readonly string[] {
  const sso = headers.get('x-github-sso') ?? '';
  if (!/^partial-results\b/i.test(sso)) return [];
  return /organizations=([\d, ]+)/i.exec(sso)?.[1]?.match(/\d+/g) ?? [UNNAMED];
}

function nextPage(headers: Headers): string | undefined {
  const links = headers.get('link')?.split(/,(?=\s*<)/) ?? [];
  const next = links.find((link) => /;\s*rel="?next"?(?:\s*;|\s*$)/i.test(link));
  return /<([^<>]+)>/.exec(next ?? '')?.[1];
}
