import type { Logger } from 'pino';
import * as z from 'zod';
import type { Secret } from '../../config/secret.js';
import { type Answer, type Question, responseOf } from '../outbound.js';

/** More pages than Microsoft needs: it sends up to 11,000 IDs at once. */
const MOST_PAGES = 20;

const page = z.object({ value: z.array(z.string().max(100)), '@odata.nextLink': z.string().optional() });

type Ask = (url: string, question: Question, deadline: AbortSignal) => Promise<Answer>;

/**
 * All groups of the person with this access token, nested groups included, from Microsoft Graph (`getMemberObjects`,
 * for which `User.Read` suffices). Groups that aren't security groups are included, since the operator decides which
 * groups count, as with the groups claim. The IDs of directory roles and administrative units are among the answer.
 * Undefined if Graph doesn't give all groups in time; the groups are then unknown.
 * @param graphUrl the origin of the configured cloud's Graph; an address in a token is never used
 */
export async function groupsFromGraph(
  graphUrl: string,
  accessToken: Secret,
  { ask, deadline, log }: { readonly ask: Ask; readonly deadline: AbortSignal; readonly log: Logger },
): Promise<readonly string[] | undefined> {
  const headers = {
    authorization: `Bearer ${accessToken.value()}`,
    'content-type': 'application/json',
    accept: 'application/json',
  };
  const groups: string[] = [];
  let next: string | undefined = `${graphUrl}/v1.0/me/getMemberObjects`;
  try {
    for (let pages = 0; next !== undefined; pages += 1) {
      if (pages === MOST_PAGES) throw new TypeError('more pages than there can be');
      if (new URL(next).origin !== graphUrl) throw new TypeError('the next page is of another origin');
      const body = pages === 0 ? JSON.stringify({ securityEnabledOnly: false }) : undefined;
      const answer = await ask(next, { method: pages === 0 ? 'POST' : 'GET', headers, body }, deadline);
      if (answer.status !== 200) throw new TypeError(`Graph answers ${answer.status}`);
      const { value, '@odata.nextLink': link } = page.parse(await responseOf(answer).json());
      groups.push(...value);
      next = link;
    }
    return [...new Set(groups)];
  } catch (error) {
    log.warn(
      { err: error, graph: graphUrl },
      'Microsoft Graph could not be asked for the groups of somebody whose token doesn’t hold all of them: the roles and teams that they have by groups stay as they were',
    );
    return undefined;
  }
}
