import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { resultFor } from '../../demo/simulator/interaction.js';
import { createPlainProvider } from '../../demo/simulator/plain-provider.js';
import { claimsOf, SigningKeys } from '../../demo/simulator/signing-keys.js';
import { visit } from './visit.js';

export type Body = Readonly<Record<string, unknown>>;

/** What an answer says in place of what the provider wrote. */
export interface Altered {
  readonly status?: number;
  readonly type?: string;
  readonly body: unknown;
}

export interface AskedRequest {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly form: URLSearchParams;
}

/** An OpenID provider as the certified library has it, in nobody's shape, with three clients. */
export interface OpenIdProvider {
  readonly issuer: string;
  /** In the order in which they came. */
  readonly asked: AskedRequest[];
  readonly keys: SigningKeys;
  /** Changes answers, by their path: `/token`, `/me`, `/jwks` or the metadata's; undefined leaves one as it is. Set by tests. */
  alter: Readonly<Record<string, (body: Body) => Altered | undefined | Promise<Altered | undefined>>>;
  /** Gets every request first, and passes on what it doesn’t answer itself. Set by tests. */
  receive: (request: IncomingMessage, response: ServerResponse, pass: () => void) => void;
  /** The claims of ID tokens beside the usual, or instead; `undefined` leaves a claim out. */
  idTokenClaims: Body;
  /** The header of ID tokens beside the usual, or instead. */
  idTokenHeader: Body;
  /** Signs Ada in; gives where the browser is sent back to, without following it. */
  signIn(authorizationUrl: URL): Promise<URL>;
  close(): Promise<void>;
}

export const SUBJECT = 'ada';
export const METADATA_PATH = '/.well-known/openid-configuration';
/** Each client's secret, if it has one. */
export const CLIENTS = {
  post: 'a-secret-sent-in-the-body',
  basic: 'a secret: sent + in the header',
  public: undefined,
};
export type ClientId = keyof typeof CLIENTS;
const METHODS = { post: 'client_secret_post', basic: 'client_secret_basic', public: 'none' } as const;

/** @param redirectUris those that each of its clients has registered */
export async function startOpenIdProvider(...redirectUris: readonly string[]): Promise<OpenIdProvider> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on a port
  const issuer = `http://127.0.0.1:${port}`;
  const provider = await createProvider(issuer, redirectUris);
  const keys = await SigningKeys.create();
  const state: OpenIdProvider = {
    issuer,
    keys,
    asked: [],
    alter: {},
    receive: (_request, _response, pass) => pass(),
    idTokenClaims: {},
    idTokenHeader: {},
    signIn,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  signInWithoutAsking(provider);
  provider.use(async (ctx, next) => {
    await next();
    await shapeAnswer(ctx, state);
  });
  const answer = provider.callback();
  server.on('request', (request, response) => {
    state.receive(request, response, () => void answer(request, response));
  });
  return state;
}

function createProvider(issuer: string, redirectUris: readonly string[]): Promise<Provider> {
  const clients = (['post', 'basic', 'public'] as const).map((clientId) => {
    const secret = CLIENTS[clientId];
    return {
      client_id: clientId,
      redirect_uris: [...redirectUris],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: METHODS[clientId],
      ...(secret !== undefined && { client_secret: secret }),
    };
  });
  return createPlainProvider(issuer, clients, {
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'none'],
    findAccount: (_, accountId) => ({
      accountId,
      claims: () => ({ sub: accountId, email: 'ada@example.com', groups: ['engineers'] }),
    }),
    claims: { openid: ['sub'], email: ['email'], groups: ['groups'] },
    issueRefreshToken: () => true,
  });
}

function signInWithoutAsking(provider: Provider): void {
  provider.use(async (ctx, next) => {
    if (!ctx.path.startsWith('/interaction/')) return next();
    const { params } = await provider.interactionDetails(ctx.req, ctx.res);
    const result = await resultFor(SUBJECT, params, provider);
    ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result));
  });
}

type Context = Pick<KoaContextWithOIDC, 'status' | 'type' | 'body' | 'get'> & {
  readonly path: string;
  readonly oidc?: Pick<KoaContextWithOIDC['oidc'], 'body'>;
};

async function shapeAnswer(ctx: Context, state: OpenIdProvider): Promise<void> {
  const { path } = ctx;
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(ctx.oidc?.body ?? {})) form.set(name, String(value));
  state.asked.push({ path, authorization: ctx.get('authorization') || undefined, form });
  if (path === '/jwks') ctx.body = state.keys.plainKeySet();
  if (path === '/token' && isRecord(ctx.body) && typeof ctx.body.id_token === 'string') {
    const claims = { ...claimsOf(ctx.body.id_token), ...state.idTokenClaims };
    ctx.body = { ...ctx.body, id_token: await state.keys.sign(claims, state.idTokenHeader) };
  }
  const altered = await state.alter[path]?.(isRecord(ctx.body) ? ctx.body : {});
  if (altered === undefined) return;
  ctx.status = altered.status ?? 200;
  ctx.body = altered.body;
  ctx.type = altered.type ?? 'application/json';
}

async function signIn(authorizationUrl: URL): Promise<URL> {
  const cookies = new Map<string, string>();
  let url = authorizationUrl;
  for (let step = 0; step < 10 && url.origin === authorizationUrl.origin; step += 1) {
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
    const { headers, page, status } = await visit(url, cookie);
    for (const line of headers['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    if (headers.location === undefined) throw new Error(`the provider answers ${status}: ${page}`);
    url = new URL(headers.location, url);
  }
  return url;
}

function isRecord(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
