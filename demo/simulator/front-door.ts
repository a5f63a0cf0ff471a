import { IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Provider } from 'oidc-provider';
import { type Application, entraError } from './entra-errors.js';
import { OFFLINE_SCOPE } from './entra-provider.js';
import { type Endpoint, type Faults, faultOf } from './faults.js';
import type { SimulatedGraph } from './graph.js';
import { framingHeaders, messagePage, nothingPage, pageHeaders, signedOutPage } from './pages.js';
import { readForm } from './read-form.js';
import type { RegisteredCredentials } from './registered-credentials.js';
import type { SignIns } from './sign-ins.js';
import { multiTenantNames, rememberTenant } from './tenants.js';
import { withoutSession } from './without-session.js';

/** How often each endpoint was asked. The Graph counts for itself. */
export type RequestCounts = Record<Exclude<Endpoint, 'graph' | 'other'>, number>;

export interface FrontDoorOptions {
  readonly address: string;
  readonly tenantId: string;
  /** What may stand in the first place of a path. */
  readonly tenants: readonly string[];
  readonly application: Application;
  readonly redirectUris: readonly string[];
  readonly frontChannelLogoutUrl: string | undefined;
  readonly signIns: SignIns;
  readonly credentials: RegisteredCredentials;
  readonly faults: Faults;
  readonly graph: SimulatedGraph;
  readonly requests: RequestCounts;
  readonly answer: ReturnType<Provider['callback']>;
}

/** Faults first, then Entra's paths: `/{tenant}/v2.0`, `/{tenant}/oauth2/v2.0`, `/{tenant}/discovery/v2.0`. */
export function createFrontDoor(options: FrontDoorOptions) {
  return (request: IncomingMessage, response: ServerResponse) => receive(request, response, options);
}

async function receive(
  request: IncomingMessage,
  response: ServerResponse,
  front: FrontDoorOptions,
): Promise<void> {
  if (front.faults.delayMs !== undefined) await wait(front.faults.delayMs, undefined, { ref: false });
  if (front.faults.down) {
    request.socket.destroy();
    return;
  }
  if (front.faults.date !== undefined) response.setHeader('Date', front.faults.date.toUTCString());
  if (front.graph.answer(request, response)) return;
  const [, tenant = '', rest = ''] = /^\/([^/?]+)(\/.*)$/.exec(request.url ?? '') ?? [];
  const path = rest.replace('/v2.0/.well-known/', '/.well-known/');
  const endpoint = endpointOf(path);
  if (endpoint !== 'other') front.requests[endpoint] += 1;

  if (front.faults.raw?.(endpoint, response)) return;
  rememberTenant(request, tenant);
  const fault = faultOf(endpoint, front.faults);
  if (fault !== undefined) {
    response
      .writeHead(fault.status, { 'Content-Type': 'application/json' })
      .end(fault.body && JSON.stringify(fault.body));
  } else if (endpoint !== 'other' && !front.tenants.includes(tenant.toLowerCase())) {
    const body = entraError('invalid_tenant', 90002, front.application);
    response.writeHead(400, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  } else if (path.startsWith('/oauth2/v2.0/logout')) {
    signOut(request, path, response, front);
  } else if (endpoint === 'other' && !path.startsWith('/interaction/')) {
    response.writeHead(404, pageHeaders).end(nothingPage('Microsoft'));
  } else if (endpoint === 'token') {
    await receiveTokenRequest(request, tenant, path, response, front);
  } else {
    await front.answer(asIfMounted(request, path, front), response);
  }
}

/** The OpenID provider knows nothing of federated tokens: they are looked at here. */
async function receiveTokenRequest(
  request: IncomingMessage,
  tenant: string,
  path: string,
  response: ServerResponse,
  front: FrontDoorOptions,
): Promise<void> {
  const form = await front.credentials.withoutFederation(await readForm(request), front.application);
  if (form instanceof URLSearchParams) {
    // An application by itself is of one tenant.
    if (form.get('grant_type') === 'client_credentials' && multiTenantNames.includes(tenant)) {
      const body = entraError('invalid_request', 50059, front.application);
      response.writeHead(400, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
      return;
    }
    const rewritten = withForm(request, form);
    rememberTenant(rewritten, tenant);
    await front.answer(asIfMounted(rewritten, path, front), response);
  } else {
    response.writeHead(401, { 'Content-Type': 'application/json' }).end(JSON.stringify(form));
  }
}

/** The same request with another body. */
function withForm({ socket, headers, method }: IncomingMessage, form: URLSearchParams): IncomingMessage {
  const body = Buffer.from(form.toString());
  const request = new IncomingMessage(socket);
  request.push(body);
  request.push(null);
  return Object.assign(request, {
    method,
    headers: { ...headers, 'content-length': `${body.length}` },
    complete: true,
  });
}

function endpointOf(path: string): Exclude<Endpoint, 'graph'> {
  if (path.startsWith('/.well-known/openid-configuration')) return 'discovery';
  if (path.startsWith('/discovery/v2.0/keys')) return 'jwks';
  if (path.startsWith('/oauth2/v2.0/token')) return 'token';
  return path.startsWith('/oauth2/v2.0/authorize') ? 'authorize' : 'other';
}

/** The OpenID provider believes to be mounted below the tenant's ID. */
function asIfMounted(
  request: IncomingMessage,
  path: string,
  { address, tenantId }: FrontDoorOptions,
): IncomingMessage {
  withoutSession(request);
  request.headers.host = new URL(address).host;
  const url = withOfflineScope(path);
  return Object.assign(request, { url, originalUrl: `/${tenantId}${url}` });
}

function withOfflineScope(path: string): string {
  if (!path.startsWith('/oauth2/v2.0/authorize?')) return path;
  return path.replace(/(?<=[?&]scope=[^&]*)\boffline_access\b/, OFFLINE_SCOPE);
}

/** As Entra does it: `sid` and nothing else, in a hidden frame, for each application that wants to know. */
function signOut(
  { headers }: IncomingMessage,
  path: string,
  response: ServerResponse,
  { address, redirectUris, frontChannelLogoutUrl, signIns }: FrontDoorOptions,
): void {
  const wanted = new URL(path, address).searchParams.get('post_logout_redirect_uri') ?? undefined;
  const returnTo = redirectUris.find((registered) => registered === wanted);
  const sids = signIns.inBrowser(headers.cookie);
  if (frontChannelLogoutUrl !== undefined && sids.length > 0) {
    const frames = sids.map((sid) => `${frontChannelLogoutUrl}?${new URLSearchParams({ sid })}`);
    response
      .writeHead(200, { ...framingHeaders(frames), 'Set-Cookie': signIns.cookie([]) })
      .end(signedOutPage({ vendor: 'Microsoft', frames, returnTo }));
    return;
  }
  if (returnTo !== undefined) {
    response.writeHead(302, { Location: returnTo }).end();
    return;
  }
  const text = 'You can close this page, or go back to the console.';
  response.writeHead(200, pageHeaders).end(messagePage('Microsoft', { title: 'You’re signed out', text }));
}
