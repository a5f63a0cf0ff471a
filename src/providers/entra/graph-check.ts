import { ask, reasonOf } from '../inspection/ask.js';
import { couldNotCheck, type Finding, ok, warning } from '../inspection/finding.js';

/**
 * Checks that Graph, which is asked for the groups of people with too many for a token, can be reached. A request
 * without a token gets 401.
 */
export async function checkGraph(graphUrl: string | undefined): Promise<readonly Finding[]> {
  const why =
    'People in more than 200 groups would keep the roles that they had, whatever their groups are now.';
  if (graphUrl === undefined) {
    return [
      couldNotCheck('graph', 'Which Microsoft Graph belongs to SSO_ENTRA_AUTHORITY isn’t known.', {
        why,
        mend: 'Nothing, unless people are in more than 200 groups.',
      }),
    ];
  }
  const mend = `Let this machine reach ${graphUrl} over https: firewall, DNS, outbound proxy.`;
  try {
    const { status } = await ask(`${graphUrl}/v1.0/me`);
    return status < 500
      ? [ok('graph', `Microsoft Graph (${graphUrl}) can be reached.`)]
      : [warning('graph', `Microsoft Graph answers ${status}.`, { why, mend })];
  } catch (error) {
    return [warning('graph', `Microsoft Graph can’t be reached: ${reasonOf(error)}.`, { why, mend })];
  }
}
