import type { IncomingMessage } from 'node:http';
import type { GitHubPersona } from './github-personas.js';

export interface GitHubAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** The account and the scopes of an access token. */
export interface TokenHolder {
  readonly persona: GitHubPersona;
  readonly scopes: readonly string[];
}

const LARGEST_PAGE = 100;
const USUAL_PAGE = 30;

/** As much of GitHub’s REST API as tells who somebody is; undefined for anything else. */
export function answerOfApi(
  url: URL,
  { headers }: Pick<IncomingMessage, 'headers'>,
  holder: TokenHolder | undefined,
): GitHubAnswer {
  if (headers['user-agent'] === undefined)
    return { status: 403, body: { message: 'Request forbidden by administrative rules.' } };
  const path = url.pathname.replace(/^\/api\/v3/, '');
  if (path === '/meta') return { status: 200, body: {} };
  if (holder === undefined) return { status: 401, body: { message: 'Bad credentials' } };
  const { persona, scopes } = holder;
  const { login, name, number } = persona;
  switch (path) {
    case '/user':
      return { status: 200, body: { id: number, login, name, email: null, type: 'User' } };
    case '/user/emails':
      return scopes.includes('user:email')
        ? paged(url, emailsOf(persona))
        : { status: 404, body: { message: 'Not Found' } };
    case '/user/memberships/orgs':
      return ofOrganisations(url, holder, membershipsOf(persona, url.searchParams.get('state')));
    case '/user/teams':
      return ofOrganisations(url, holder, teamsOf(persona));
    default:
      return { status: 404, body: { message: 'Not Found' } };
  }
}

function emailsOf({ emails }: GitHubPersona) {
  return emails.map(({ email, primary = false, unverified = false }) => ({
    email,
    primary,
    verified: !unverified,
    visibility: null,
  }));
}

function membershipsOf({ organisations = [] }: GitHubPersona, wanted: string | null) {
  return organisations
    .filter(({ withheld }) => withheld === undefined)
    .map(({ login, state = 'active' }) => ({ state, role: 'member', organization: { login } }))
    .filter(({ state }) => wanted === null || state === wanted);
}

function teamsOf({ organisations = [], teams = [] }: GitHubPersona) {
  return teams
    .map((team) => team.split('/'))
    .map(([organisation = '', slug = '']) => ({ slug, organization: { login: organisation } }))
    .filter(
      ({ organization }) =>
        !organisations.some(({ login, withheld }) => login === organization.login && withheld !== undefined),
    );
}

/** A list that needs `read:org`, without the organisations whose single sign-on comes first. */
function ofOrganisations(
  url: URL,
  { persona, scopes }: TokenHolder,
  members: readonly unknown[],
): GitHubAnswer {
  if (!scopes.includes('read:org'))
    return { status: 403, body: { message: 'You need at least read:org scope or user scope.' } };
  const withheld = (persona.organisations ?? []).flatMap(({ withheld }) => withheld ?? []);
  const page = paged(url, members);
  return withheld.length === 0
    ? page
    : {
        ...page,
        headers: { ...page.headers, 'x-github-sso': `partial-results; organizations=${withheld.join(',')}` },
      };
}

function paged(url: URL, members: readonly unknown[]): GitHubAnswer {
  const size = Math.min(Number(url.searchParams.get('per_page') ?? USUAL_PAGE), LARGEST_PAGE);
  const page = Number(url.searchParams.get('page') ?? 1);
  const body = members.slice((page - 1) * size, page * size);
  if (page * size >= members.length) return { status: 200, body };
  const next = new URL(url);
  next.searchParams.set('page', `${page + 1}`);
  const last = new URL(url);
  last.searchParams.set('page', `${Math.ceil(members.length / size)}`);
  return { status: 200, body, headers: { link: `<${next}>; rel="next", <${last}>; rel="last"` } };
}
