import { randomUUID } from 'node:crypto';
import type { JSONWebKeySet } from 'jose';
import { adminPersona, READERS_GROUP } from '../../../demo/personas.js';
import type { Endpoint as SimulatedEndpoint } from '../../../demo/simulator/faults.js';
import { MOST_GROUPS_IN_TOKEN } from '../../../demo/simulator/graph.js';
import type { SimulatedMicrosoft } from '../../../demo/simulator/simulator.js';
import { startSimulatedMicrosoft } from '../../../demo/simulator/simulator.js';
import { REDIRECT_URI } from '../entrance.js';
import { signInThrough } from '../microsoft.js';
import { type Endpoint, type HostileOpenIdProvider, noFaults, noRequests } from './provider.js';

const SUBJECT = adminPersona.id;
const ENDPOINTS: Partial<Record<SimulatedEndpoint, Endpoint>> = {
  discovery: 'discovery',
  jwks: 'jwks',
  token: 'token',
  graph: 'rights',
};

/** Microsoft Entra ID, whose Graph tells the groups that a token has no room for. */
export async function startHostileEntra(): Promise<HostileOpenIdProvider> {
  const microsoft = await startSimulatedMicrosoft({ redirectUris: [REDIRECT_URI], auto: () => SUBJECT });
  const { authority, clientId, clientSecret, tenantId } = microsoft;
  const faults = Object.assign(microsoft.faults, noFaults());
  const requests = noRequests();
  const strayRequests: string[] = [];
  microsoft.faults.raw = (asked, response) => {
    const path = response.req.url ?? '';
    if (asked === 'other' && !path.includes('/interaction/')) strayRequests.push(path);
    const endpoint = ENDPOINTS[asked];
    if (endpoint === undefined) return false;
    requests[endpoint] += 1;
    const { [endpoint]: answer } = faults.answers;
    answer?.(response);
    return answer !== undefined;
  };
  return {
    id: 'entra',
    url: authority,
    issuer: `${authority}/${tenantId}/v2.0`,
    clientId,
    clientSecret,
    settings: settingsOf(microsoft),
    faults,
    requests,
    strayRequests,
    sign: microsoft.sign,
    async keySet() {
      const published = await fetch(`${authority}/${tenantId}/discovery/v2.0/keys`);
      return (await published.json()) as JSONWebKeySet; // as the simulator publishes them
    },
    rotateKeys: microsoft.rotateKeys,
    signLogoutToken: (claims) => microsoft.signLogoutToken({ sid: 'somebody’s', ...claims }),
    signIn(authorizationUrl) {
      microsoft.addPersona({
        ...(faults.isNewcomer ? newcomer() : adminPersona),
        claims: faults.claims ?? {},
      });
      return signInThrough(authorizationUrl, SUBJECT);
    },
    close: microsoft.close,
  };
}

function settingsOf({ authority, clientId, clientSecret, tenantId }: SimulatedMicrosoft) {
  return {
    SSO_ENTRA_CLIENT_ID: clientId,
    SSO_ENTRA_CLIENT_SECRET: clientSecret,
    SSO_ENTRA_TENANT_ID: tenantId,
    SSO_ENTRA_AUTHORITY: authority,
    SSO_ENTRA_GRAPH_URL: authority,
    SSO_ENTRA_ADMIN_GROUPS: `gateway.admin,${READERS_GROUP}`,
  };
}

/** More groups than a token holds, so that Graph is asked. */
function newcomer() {
  const others = Array.from({ length: MOST_GROUPS_IN_TOKEN }, () => randomUUID());
  const address = `newcomer-${randomUUID()}@contoso.com`;
  return {
    ...adminPersona,
    oid: randomUUID(),
    username: address,
    email: address,
    roles: [],
    groups: [READERS_GROUP, ...others],
  };
}
