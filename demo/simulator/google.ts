import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { groupSearchAt, groupsPage } from './cloud-identity.js';
import { type GooglePersona, googlePersonas } from './google-personas.js';
import { resultFor, serveInteraction } from './interaction.js';
import { closeServer, type LoopbackAddress, listenOnLoopback } from './loopback-server.js';
import { messagePage, nothingPage, pageHeaders, pickerPage } from './pages.js';
import { createPlainProvider } from './plain-provider.js';
import { claimsOf, SigningKeys } from './signing-keys.js';
import { withoutSession } from './without-session.js';

export interface SimulatedGoogle {
  /** Value for `SSO_GOOGLE_ISSUER`; the Cloud Identity API is on the same origin. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  close(): Promise<void>;
}

export interface SimulatedGoogleOptions extends LoopbackAddress {
  /** The “Authorized redirect URI” that is registered. */
  readonly redirectUri: string;
}

const CLIENT_ID = '407408718192-entrancedemo.apps.googleusercontent.com';
const GROUPS_SCOPE = 'https://www.googleapis.com/auth/cloud-identity.groups.readonly';
const KEYS_PATH = '/oauth2/v3/certs';
const TOKEN_PATH = '/token';

/** The person and the scopes of an access token. */
interface TokenHolder {
  readonly persona: GooglePersona;
  readonly scopes: readonly string[];
}
type Holders = Map<string, TokenHolder>;

/** Starts a simulated Google on loopback: the certified oidc-provider with Google’s claims, and its API for groups. */
export async function startSimulatedGoogle(options: SimulatedGoogleOptions): Promise<SimulatedGoogle> {
  const server = createServer();
  const issuer = await listenOnLoopback(server, options);
  const clientSecret = `GOCSPX-${randomBytes(21).toString('base64url')}`;
  const holders: Holders = new Map();
  const provider = await createProvider(issuer, clientSecret, options);
  serveInteraction(provider, {
    vendor: 'Google',
    async resultOf(picked, { params }) {
      if (picked.has('cancel')) return { error: 'access_denied' };
      const persona = googlePersonas.find(({ id }) => id === picked.get('persona'));
      return persona && resultFor(persona.sub, params, provider);
    },
    page: ({ loginHint, uid }) =>
      pickerPage({
        vendor: 'Google',
        action: `/interaction/${uid}`,
        applicationName: 'Entrance demo',
        people: googlePersonas.map((persona) => ({ ...persona, username: persona.email })),
        loginHint,
      }),
  });
  const keys = await SigningKeys.create();
  provider.use(async (ctx, next) => {
    await next();
    if (ctx.path === KEYS_PATH) ctx.body = keys.plainKeySet();
    if (ctx.path === TOKEN_PATH) await shapeTokens(ctx, keys, holders);
  });

  const answer = provider.callback();
  server.on('request', (request, response) => {
    const { pathname } = new URL(request.url ?? '/', issuer);
    if (groupSearchAt(pathname) !== undefined) return sendGroups(request, response, holders);
    if (pathname === '/') return void response.writeHead(404, pageHeaders).end(nothingPage('Google'));
    withoutSession(request);
    answer(request, response).catch(() => response.destroy());
  });
  return { issuer, clientId: CLIENT_ID, clientSecret, close: () => closeServer(server) };
}

function createProvider(
  issuer: string,
  clientSecret: string,
  { redirectUri }: SimulatedGoogleOptions,
): Promise<Provider> {
  const client = {
    client_id: CLIENT_ID,
    client_secret: clientSecret,
    redirect_uris: [redirectUri],
    token_endpoint_auth_method: 'client_secret_post' as const,
  };
  return createPlainProvider(issuer, [client], {
    clientAuthMethods: ['client_secret_basic', 'client_secret_post'],
    findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    renderError(ctx, { error, error_description: detail = error }) {
      ctx.set(pageHeaders);
      const text = 'The request isn’t one that Google would accept.';
      ctx.body = messagePage('Google', { title: 'Google would show an error here', text, detail });
    },
    routes: { authorization: '/o/oauth2/v2/auth', token: TOKEN_PATH, jwks: KEYS_PATH },
    scopes: ['openid', 'profile', 'email', GROUPS_SCOPE],
  });
}

/** Google’s claims stand in the ID token itself. */
async function shapeTokens(
  ctx: Pick<KoaContextWithOIDC, 'body' | 'status'>,
  keys: SigningKeys,
  holders: Holders,
): Promise<void> {
  const tokens = { ...(ctx.body as Readonly<Record<string, unknown>>) }; // the token endpoint answers with objects
  if (typeof tokens.id_token !== 'string') return;
  const issued = claimsOf(tokens.id_token);
  const persona = googlePersonas.find(({ sub }) => sub === issued.sub);
  if (persona === undefined) return;
  holders.set(String(tokens.access_token), { persona, scopes: String(tokens.scope).split(' ') });
  ctx.body = { ...tokens, id_token: await keys.sign({ ...issued, ...claimsAbout(persona) }) };
}

function claimsAbout({ email, name, organisation }: GooglePersona) {
  const [given_name] = name.split(' ');
  const family_name = name.split(' ').slice(1).join(' ');
  return { azp: CLIENT_ID, hd: organisation, email, email_verified: true, name, given_name, family_name };
}

/** A token sees the groups of its own person alone. */
function sendGroups({ headers }: IncomingMessage, response: ServerResponse, holders: Holders): void {
  const holder = holders.get((headers.authorization ?? '').replace(/^Bearer /i, ''));
  const [status, body] =
    holder === undefined
      ? [401, refusal(401, 'UNAUTHENTICATED', 'CREDENTIALS_MISSING')]
      : holder.scopes.includes(GROUPS_SCOPE)
        ? [200, groupsPage(holder.persona.groups ?? [])]
        : [403, refusal(403, 'PERMISSION_DENIED', 'ACCESS_TOKEN_SCOPE_INSUFFICIENT')];
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}

/** An error in the form of Google’s APIs (`google.rpc.ErrorInfo`). */
function refusal(code: number, status: string, reason: string) {
  const details = [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason }];
  return { error: { code, status, details } };
}
