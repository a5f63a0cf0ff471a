import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Settings } from '../host/settings.js';
import { loadOnce } from '../single-flight.js';
import { assertNoProduction } from './no-production.js';
import type { StandInPerson } from './stand-in.js';

/** The person who signs in next, by the claims of their ID token. */
export interface SimulatedPerson {
  readonly sub: string;
  readonly email?: string;
  readonly email_verified?: boolean;
  readonly name?: string;
  readonly groups?: readonly string[];
  readonly [claim: string]: unknown;
}

/** An OpenID provider on loopback. It asks nobody anything: it signs in whom the test has set. */
export interface SimulatedProvider {
  /** Settings for `createTestEntrance` or `createEntrance`. The provider's ID is `simulated`. */
  readonly settings: Settings;
  /** Our registration there, for a provider of your own: its endpoints are `/authorize`, `/token` and `/userinfo`. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Signs this person in from now on; `undefined` cancels each sign-in. */
  person: SimulatedPerson | undefined;
  /** Sets `person` by the standard claims: the `signIn` of a stand-in for `providerContract`. */
  signIn(person: StandInPerson | undefined): void;
  close(): Promise<void>;
}

/** The data of an authorization request, kept until its code is redeemed. */
interface Pending {
  readonly person: SimulatedPerson;
  readonly redirectUri: string;
  readonly nonce: string | null;
  readonly challenge: string | null;
}

const CLIENT_ID = 'simulated-client';
const LIFETIME_SECONDS = 600;

/** A key takes a while to make, so all simulated providers of a process share one. */
const signingKey = loadOnce(async () => {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  return {
    privateKey,
    key: { ...(await exportJWK(publicKey)), kid: 'simulated', alg: 'RS256', use: 'sig' },
  };
});

/** @throws Error in production */
export async function startSimulatedProvider(person?: SimulatedPerson): Promise<SimulatedProvider> {
  assertNoProduction();
  const clientSecret = randomBytes(24).toString('base64url');
  const { privateKey, key } = await signingKey();
  const pending = new Map<string, Pending>();
  const tokens = new Map<string, SimulatedPerson>();
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on a port
  const issuer = `http://127.0.0.1:${port}`;
  const simulated: SimulatedProvider = {
    settings: {
      SSO_ENABLED: true,
      SSO_GENERIC_ENABLED: true,
      SSO_GENERIC_PROVIDER_ID: 'simulated',
      SSO_GENERIC_DISPLAY_NAME: 'Simulated provider',
      SSO_GENERIC_ISSUER: issuer,
      SSO_GENERIC_CLIENT_ID: CLIENT_ID,
      SSO_GENERIC_CLIENT_SECRET: clientSecret,
    },
    issuer,
    clientId: CLIENT_ID,
    clientSecret,
    person,
    signIn(next) {
      simulated.person = next && claimsOf(next);
    },
    async close() {
      if (!server.listening) return;
      const closed = promisify(server.close.bind(server))();
      server.closeAllConnections();
      await closed;
    },
  };
  return simulated;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', issuer);
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return sendJson(response, metadata());
      case '/keys':
        return sendJson(response, { keys: [key] });
      case '/authorize':
        return authorize(url.searchParams, response);
      case '/token':
        return sendToken(request, response);
      case '/userinfo':
        return sendUserInfo(request, response);
      default:
        return void response.writeHead(404).end();
    }
  }

  function metadata() {
    return {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      userinfo_endpoint: `${issuer}/userinfo`,
      jwks_uri: `${issuer}/keys`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
      authorization_response_iss_parameter_supported: true,
    };
  }

  function authorize(asked: URLSearchParams, response: ServerResponse): void {
    const redirectUri = asked.get('redirect_uri') ?? '';
    if (asked.get('client_id') !== CLIENT_ID || !URL.canParse(redirectUri))
      return void response.writeHead(400).end('unknown client, or no redirect_uri');
    const back = new URL(redirectUri);
    back.searchParams.set('iss', issuer);
    back.searchParams.set('state', asked.get('state') ?? '');
    if (simulated.person === undefined) back.searchParams.set('error', 'access_denied');
    else back.searchParams.set('code', codeFor(simulated.person, redirectUri, asked));
    response.writeHead(303, { location: back.href }).end();
  }

  function codeFor(who: SimulatedPerson, redirectUri: string, asked: URLSearchParams): string {
    const code = randomBytes(16).toString('base64url');
    pending.set(code, {
      person: who,
      redirectUri,
      nonce: asked.get('nonce'),
      challenge: asked.get('code_challenge'),
    });
    return code;
  }

  async function sendToken(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await textOf(request));
    if (!isClient(request, form)) return sendJson(response, { error: 'invalid_client' }, 401);
    const code = form.get('code') ?? '';
    const found = pending.get(code);
    pending.delete(code);
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (
      found === undefined ||
      found.redirectUri !== form.get('redirect_uri') ||
      found.challenge !== challenge
    )
      return sendJson(response, { error: 'invalid_grant' }, 400);
    const { sub, ...claims } = found.person;
    const idToken = await new SignJWT({ ...claims, ...(found.nonce !== null && { nonce: found.nonce }) })
      .setProtectedHeader({ alg: 'RS256', kid: key.kid })
      .setIssuer(issuer)
      .setAudience(CLIENT_ID)
      .setSubject(sub)
      .setIssuedAt()
      .setExpirationTime(`${LIFETIME_SECONDS}s`)
      .sign(privateKey);
    const accessToken = randomBytes(16).toString('base64url');
    tokens.set(accessToken, found.person);
    return sendJson(response, {
      access_token: accessToken,
      token_type: 'Bearer',
      expires_in: LIFETIME_SECONDS,
      id_token: idToken,
    });
  }

  function sendUserInfo({ headers }: IncomingMessage, response: ServerResponse): void {
    const [, token = ''] = /^Bearer (.+)$/.exec(headers.authorization ?? '') ?? [];
    const claims = tokens.get(token);
    if (claims === undefined) sendJson(response, { error: 'invalid_token' }, 401);
    else sendJson(response, claims);
  }

  function isClient({ headers: { authorization = '' } }: IncomingMessage, form: URLSearchParams): boolean {
    const basic = /^Basic (.+)$/.exec(authorization)?.[1];
    const [id = '', secret = ''] =
      basic === undefined
        ? [form.get('client_id') ?? '', form.get('client_secret') ?? '']
        : Buffer.from(basic, 'base64').toString().split(':').map(decodeURIComponent);
    const [given, expected] = [Buffer.from(secret), Buffer.from(clientSecret)];
    return id === CLIENT_ID && given.length === expected.length && timingSafeEqual(given, expected);
  }
}

function claimsOf({ subject, email, emailVerified, fullName, groups }: StandInPerson): SimulatedPerson {
  const claims: Readonly<Record<string, unknown>> = {
    email,
    email_verified: emailVerified,
    name: fullName,
    groups,
  };
  // A claim that isn't known isn't sent. The others are sent as they are, odd ones too.
  return {
    sub: subject,
    ...Object.fromEntries(Object.entries(claims).filter(([, one]) => one !== undefined)),
  };
}

function sendJson(response: ServerResponse, body: object, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function textOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}
