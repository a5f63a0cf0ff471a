import { randomUUID } from 'node:crypto';
import { startSimulatedGitHub } from '../../../demo/simulator/github.js';
import { BASE_URL } from '../entrance.js';
import { signInThrough } from '../microsoft.js';
import { answerWith, type Endpoint, type HostileProvider, noFaults, noRequests } from './provider.js';

const ENDPOINTS: ReadonlyMap<string, Endpoint> = new Map([
  ['/login/oauth/access_token', 'token'],
  ['/api/v3/user', 'rights'],
]);
const USUAL_PATH = /^\/(?:login\/oauth\/authorize$|api\/v3\/(?:user\/|applications\/))/;

/** GitHub speaks OAuth 2.0 alone: its API tells who signs in. */
export async function startHostileGitHub(): Promise<HostileProvider> {
  const id = 'somebody';
  const github = await startSimulatedGitHub({
    redirectUri: `${BASE_URL}/auth/sso/callback/github`,
    auto: () => id,
  });
  const { clientId, clientSecret, url } = github;
  const faults = noFaults();
  const requests = noRequests();
  const strayRequests: string[] = [];
  github.faults.raw = (path, response) => {
    const endpoint = ENDPOINTS.get(path);
    if (endpoint === undefined) {
      if (!USUAL_PATH.test(path)) strayRequests.push(path);
      return false;
    }
    requests[endpoint] += 1;
    const { [endpoint]: answer } = faults.answers;
    answer?.(response);
    return answer !== undefined;
  };
  return {
    id: 'github',
    url,
    clientId,
    clientSecret,
    settings: {
      SSO_ENTRA_ENABLED: 'false',
      SSO_TRUSTED_DOMAINS: 'acmecorp.com',
      SSO_GITHUB_ENABLED: 'true',
      SSO_GITHUB_CLIENT_ID: clientId,
      SSO_GITHUB_CLIENT_SECRET: clientSecret,
      SSO_GITHUB_URL: url,
      SSO_GITHUB_ADMIN_ORGS: 'acmecorp',
    },
    faults,
    requests,
    strayRequests,
    async signIn(authorizationUrl) {
      const number = faults.isNewcomer ? Number.parseInt(randomUUID().slice(0, 8), 16) : 1;
      github.faults.tokenResponse = faults.tokenResponse;
      github.addPersona({
        id,
        name: 'Ada',
        story: '',
        number,
        login: `login-${number}`,
        emails: [{ email: `person-${number}@acmecorp.com`, primary: true }],
        organisations: [{ login: 'acmecorp' }],
      });
      return answerWith(await signInThrough(authorizationUrl, id), faults.authorizationResponse);
    },
    close: github.close,
  };
}
