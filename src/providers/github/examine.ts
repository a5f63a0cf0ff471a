import { EntranceError } from '../../errors.js';
import { ask, reasonOf } from '../inspection/ask.js';
import { judgeCredentials } from '../inspection/credentials.js';
import { couldNotCheck, type Finding, failed, ok, warning } from '../inspection/finding.js';
import type { CredentialTrial } from '../provider.js';
import { parseReport, type Refine, reportedFailure } from '../reported-error.js';
import { remedyAfter, unreachable } from '../unreachable.js';
import { REGISTRATION } from './errors.js';
import { type GitHubConfig, tokenEndpointOf } from './settings.js';

/** GitHub checks the credential first, so its error for an unknown code tells whether the credential is right. */
const NO_CODE = '00000000000000000000';

interface Surroundings {
  readonly redirectUri: string;
  readonly explain: Refine;
}

/** Checks the set-up at GitHub and the connection to it. Never rejects. */
export async function examineGitHub(
  config: GitHubConfig,
  { explain, redirectUri }: Surroundings,
): Promise<readonly Finding[]> {
  const [api, trials] = await Promise.all([checkApi(config), tryCredentials(config, explain, redirectUri)]);
  const credentials = judgeCredentials(trials, {
    name: 'GitHub',
    remedyFor: ({ error }) =>
      error?.remedy ?? `${REGISTRATION} → Client secrets: compare SSO_GITHUB_CLIENT_SECRET.`,
  });
  return [api, ...credentials, redirectUriByHand(redirectUri)];
}

/** Asks an address that needs no token; a server in private mode answers 401. */
async function checkApi({ apiUrl }: GitHubConfig): Promise<Finding> {
  const { host } = new URL(apiUrl);
  const why = 'GitHub’s API tells who signs in: without it nobody can with GitHub.';
  try {
    const { status } = await ask(`${apiUrl}/meta`, { headers: { 'user-agent': 'express-entrance' } });
    if (status < 400 || status === 401 || status === 403)
      return ok('discovery', `GitHub’s API (${host}) can be reached.`);
    return warning('discovery', `GitHub’s API (${host}) answers ${status}.`, {
      why,
      remedy:
        'Check SSO_GITHUB_URL and SSO_GITHUB_API_URL; otherwise wait: GitHub may be down (githubstatus.com).',
    });
  } catch (error) {
    return failed('discovery', `GitHub’s API (${host}) can’t be reached: ${reasonOf(error)}.`, {
      why,
      remedy: remedyAfter(error, host),
    });
  }
}

async function tryCredentials(
  config: GitHubConfig,
  explain: Refine,
  redirectUri: string,
): Promise<readonly CredentialTrial[]> {
  const secrets = config.credentials.secret?.values() ?? [];
  return Promise.all(
    secrets.map(async (secret, index) => ({
      kind: 'secret' as const,
      name: secrets.length === 1 ? 'client secret' : `secret ${index + 1} of ${secrets.length}`,
      ...(await tryCredential(config, secret, explain, redirectUri)),
    })),
  );
}

async function tryCredential(
  config: GitHubConfig,
  secret: string,
  explain: Refine,
  redirectUri: string,
): Promise<Pick<CredentialTrial, 'outcome' | 'error'>> {
  const url = tokenEndpointOf(config);
  try {
    const { text } = await ask(url, {
      method: 'POST',
      headers: { accept: 'application/json', 'user-agent': 'express-entrance' },
      form: {
        client_id: config.clientId,
        client_secret: secret,
        code: NO_CODE,
        redirect_uri: redirectUri,
      },
    });
    const report = parseReport(text);
    if (report?.error === 'bad_verification_code') return { outcome: 'accepted' };
    if (report === undefined)
      return {
        outcome: 'unknown',
        error: new EntranceError('sso_failed', { cause: { reason: 'no answer of GitHub’s' } }),
      };
    const error = reportedFailure(report, explain);
    return { outcome: error.code === 'sso_misconfigured' ? 'refused' : 'unknown', error };
  } catch (error) {
    const failure = unreachable(url, error);
    return { outcome: 'unknown', ...(failure !== undefined && { error: failure }) };
  }
}

/** GitHub checks it only for people who are signed in, and has no silent sign-in, so the operator compares. */
function redirectUriByHand(redirectUri: string): Finding {
  return couldNotCheck(
    'redirect_uri',
    'Only somebody who is signed in at GitHub is told whether the redirect URI is right.',
    {
      why: `Whether ${redirectUri} is registered is open.`,
      remedy: `Compare ${REGISTRATION} → Authorization callback URL with ${redirectUri}, letter by letter; or sign in once to see.`,
    },
  );
}
