import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { BASE_URL } from '../entrance.js';
import { type Body, CLIENTS, METADATA_PATH, startOpenIdProvider } from '../openid-provider.js';
import { type RawAnswer, saysJson } from './answers.js';
import {
  answerWith,
  type Claims,
  type Endpoint,
  type HostileOpenIdProvider,
  noFaults,
  noRequests,
} from './provider.js';
import type { Shape } from './shapes.js';

const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/** Of the library’s own, on the way through a sign-in. */
const USUAL_PATH = /^\/(?:auth|interaction)\b/;

/** A certified provider in the shape of a vendor. */
export async function startHostileOpenId(shape: Shape): Promise<HostileOpenIdProvider> {
  const provider = await startOpenIdProvider(`${BASE_URL}/auth/sso/callback/${shape.id}`);
  const { issuer: url, keys } = provider;
  const { publicName = '127.0.0.1' } = shape;
  const issuer = url.replace('127.0.0.1', publicName) + shape.path;
  const faults = noFaults();
  const requests = noRequests();
  const strayRequests: string[] = [];
  const document = { ...published(url), issuer: url + shape.path, ...shape.metadata };
  let subject = 'somebody';

  const answers: Record<Endpoint, RawAnswer | undefined> = {
    discovery: (response) => saysJson({ ...document, ...faults.metadata })(response),
    rights: (response) => void sendRights(response),
    jwks: undefined,
    token: undefined,
  };

  async function sendRights(response: ServerResponse): Promise<void> {
    const claims = { sub: subject, ...shape.rights.answer };
    if (faults.userInfoToken === undefined) return saysJson(claims)(response);
    const token = await keys.sign({ iss: issuer, aud: shape.client, ...claims });
    response.writeHead(200, { 'Content-Type': 'application/jwt' }).end(await faults.userInfoToken(token));
  }

  /** Undefined for what the library answers. */
  function answerAt(pathname: string): RawAnswer | undefined {
    const endpoint = endpointOf(pathname, shape);
    if (endpoint !== undefined) {
      requests[endpoint] += 1;
      return faults.answers[endpoint] ?? answers[endpoint];
    }
    if (shape.emptyPlaces?.includes(pathname)) return saysJson({ error: 'not_found' }, 404);
    if (!USUAL_PATH.test(pathname)) strayRequests.push(pathname);
    return undefined;
  }

  provider.receive = async (request, response, pass) => {
    if (faults.delayMs !== undefined) await wait(faults.delayMs, undefined, { ref: false });
    if (request.socket.destroyed) return; // nobody waits any longer
    const answer = answerAt(new URL(request.url ?? '', url).pathname);
    if (answer === undefined) pass();
    else answer(response);
  };
  provider.alter = {
    '/jwks': (body) => ({ body: faults.keySet?.(body as unknown as KeySet) ?? body }), // the library’s answer
    '/token': async (body) => {
      if (typeof body.id_token !== 'string') return undefined;
      return { body: { ...body, ...(await tokens(body.id_token)), ...faults.tokenResponse } };
    },
  };

  async function tokens(idToken: string): Promise<Body> {
    const altered = { id_token: (await faults.idToken?.(idToken)) ?? idToken };
    if (shape.accessToken === undefined) return altered;
    const accessToken = await keys.sign({
      ...{ iss: issuer, sub: subject, ...lifetime(), ...shape.accessToken },
      ...faults.accessTokenClaims,
    });
    return { ...altered, access_token: (await faults.accessToken?.(accessToken)) ?? accessToken };
  }

  return {
    id: shape.id,
    url,
    issuer,
    clientId: shape.client,
    clientSecret: CLIENTS[shape.client] ?? '',
    settings: shape.settings(url),
    faults,
    requests,
    strayRequests,
    sign: (claims, header) => keys.sign(claims, header),
    keySet: async () => keys.keySet(issuer, { forApplication: false }),
    rotateKeys: () => keys.rotate(),
    signLogoutToken: (claims) => keys.sign({ ...logoutClaims(issuer, shape.client), ...claims }),
    async signIn(authorizationUrl) {
      subject = faults.isNewcomer ? `newcomer-${randomUUID()}` : 'somebody';
      provider.idTokenClaims = { iss: issuer, ...person(subject), ...shape.claims, ...faults.claims };
      const callback = await provider.signIn(new URL(`/auth${new URL(authorizationUrl).search}`, url));
      const iss = shape.metadata?.authorization_response_iss_parameter_supported ? issuer : undefined;
      return answerWith(callback, { iss, ...faults.authorizationResponse });
    },
    close: () => provider.close(),
  };
}

type KeySet = Parameters<NonNullable<HostileOpenIdProvider['faults']['keySet']>>[0];

function endpointOf(pathname: string, { path, rights }: Shape): Endpoint | undefined {
  if (pathname === path.replace(/\/$/, '') + METADATA_PATH) return 'discovery';
  if (pathname === '/jwks') return 'jwks';
  if (pathname === '/token') return 'token';
  return pathname === rights.path ? 'rights' : undefined;
}

function published(url: string): Body {
  return {
    authorization_endpoint: `${url}/auth`,
    token_endpoint: `${url}/token`,
    userinfo_endpoint: `${url}/me`,
    jwks_uri: `${url}/jwks`,
    response_types_supported: ['code'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
  };
}

function person(sub: string): Claims {
  return { sub, name: 'Ada', email: `${sub}@acmecorp.com`, email_verified: true };
}

function lifetime(): Claims {
  const iat = Math.floor(Date.now() / 1_000);
  return { iat, exp: iat + 300 };
}

function logoutClaims(iss: string, aud: string): Claims {
  return { iss, aud, ...lifetime(), jti: randomUUID(), sid: 'somebody’s', events: { [LOGOUT_EVENT]: {} } };
}
