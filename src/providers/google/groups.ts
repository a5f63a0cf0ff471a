import type { Logger } from 'pino';
import * as z from 'zod';
import type { Secret } from '../../config/secret.js';
import { type Claimed, UNKNOWN } from '../../identity/claimed.js';
import type { ApiAnswer, ProviderApi } from '../provider-api.js';

/** Google’s limit for one page. */
const PAGE_SIZE = 1_000;
/** More pages than anybody’s groups fill. */
const MOST_PAGES = 20;
/** The label that every Google group has. */
const EVERY_GROUP = 'cloudidentity.googleapis.com/groups.discussion_forum';

const page = z.object({
  memberships: z.array(z.object({ groupKey: z.object({ id: z.string().min(1).max(320) }) })).default([]),
  nextPageToken: z.string().default(''),
});

/** Google’s reason for a refusal (`google.rpc.ErrorInfo`). */
const refusal = z.object({
  error: z.object({ details: z.array(z.looseObject({ reason: z.string().optional().catch(undefined) })) }),
});

const REMEDIES: ReadonlyMap<string | undefined, string> = new Map([
  [
    'SERVICE_DISABLED',
    'Google Cloud console → APIs & Services → Library → Cloud Identity API → Enable, in the project of the OAuth client.',
  ],
  [
    'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
    'The person didn’t let this application see their groups, and has to tick that box at the next sign-in. Google Cloud console → Google Auth Platform → Data access has to list the scope cloud-identity.groups.readonly.',
  ],
]);
const MAY_NOT_SEE =
  'Google doesn’t tell nested groups of this person: it does so for Workspace Enterprise and Education and for Cloud Identity Premium alone, and not if the person may not see the members of one of the groups, which may be of another organisation. If it is so for everybody, set SSO_GOOGLE_NESTED_GROUPS=false.';

export interface GroupsRequest {
  readonly api: ProviderApi;
  readonly url: string;
  readonly nested: boolean;
  readonly accessToken: Secret;
  readonly deadline: AbortSignal;
  readonly log: Logger;
}

/**
 * The groups of the person with this verified address, by the groups' addresses, as far as the person’s own access
 * token shows them (Cloud Identity API). If the person may not see one of the nested groups, Google refuses the whole
 * answer; then only the direct groups are known.
 */
export async function groupsOf(email: string, request: GroupsRequest): Promise<Claimed> {
  const { log, nested } = request;
  const first = await search(nested ? 'searchTransitiveGroups' : 'searchDirectGroups', email, request);
  if ('groups' in first) return first.groups;
  const { reason, refused } = first;
  const isOfNesting = nested && refused && !REMEDIES.has(reason);
  const direct = isOfNesting ? await search('searchDirectGroups', email, request) : first;
  log.warn(
    { reason, cause: first.cause, remedy: isOfNesting ? MAY_NOT_SEE : REMEDIES.get(reason) },
    'Google could not be asked for all groups of somebody: the roles and teams that they have by groups stay as they were',
  );
  return 'groups' in direct ? { atLeast: direct.groups } : UNKNOWN;
}

type Found =
  | { readonly groups: readonly string[] }
  | { readonly refused: boolean; readonly reason?: string | undefined; readonly cause?: unknown };

async function search(
  method: 'searchTransitiveGroups' | 'searchDirectGroups',
  email: string,
  { api, url, accessToken, deadline }: GroupsRequest,
): Promise<Found> {
  const groups = new Set<string>();
  let pageToken = '';
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const query = new URLSearchParams({ query: membershipsOf(email), pageSize: `${PAGE_SIZE}` });
    if (pageToken !== '') query.set('pageToken', pageToken);
    const address = `${url}/v1/groups/-/memberships:${method}?${query}`;
    const answer = await api.get(address, { accessToken, deadline });
    if (answer.outcome !== 'answered') return refusedBy(answer);
    const read = page.safeParse(answer.body).data;
    if (read === undefined) return { refused: false, cause: { reason: 'an answer of another form' } };
    for (const { groupKey } of read.memberships) groups.add(groupKey.id);
    pageToken = read.nextPageToken;
    if (pageToken === '') return { groups: [...groups] };
  }
  return { refused: false, cause: { reason: 'more pages than there can be' } };
}

/** A condition in CEL. An apostrophe may be part of an address, and would end the text if it weren't escaped. */
function membershipsOf(email: string): string {
  return `member_key_id == '${email.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}' && '${EVERY_GROUP}' in labels`;
}

function refusedBy(answer: Exclude<ApiAnswer, { outcome: 'answered' }>): Found {
  if (answer.outcome === 'failed') return { refused: false, cause: answer.error.cause };
  const details = refusal.safeParse(answer.body).data?.error.details ?? [];
  const reason = details.find((one) => one.reason !== undefined)?.reason?.slice(0, 100);
  return { refused: answer.outcome === 'forbidden', reason, cause: { outcome: answer.outcome } };
}
