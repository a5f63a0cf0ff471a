import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Provider } from 'oidc-provider';
import { type Application, entraError } from './entra-errors.js';
import { type Endpoint, type Faults, faultOf } from './faults.js';
import { messagePage, pageHeaders } from './pages.js';
import { rememberTenant } from './tenants.js';

/** How often each endpoint was asked. */
export type RequestCounts = Record<Exclude<Endpoint, 'other'>, number>;

export interface FrontDoorOptions {
  readonly authority: string;
  readonly tenantId: string;
  /** What may stand in the first place of a path. */
  readonly tenants: readonly string[];
  readonly application: Application;
  readonly redirectUris: readonly string[];
  readonly faults: Faults;
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
    signOut(path, response, front);
  } else if (endpoint === 'other' && !path.startsWith('/interaction/')) {
    const text = 'The console that you want to sign in to leads here when it is time.';
    response.writeHead(404, pageHeaders).end(messagePage({ title: 'There’s nothing to see here', text }));
  } else {
    await front.answer(asIfMounted(request, path, front), response);
  }
}

function endpointOf(path: string): Endpoint {
  if (path.startsWith('/.well-known/openid-configuration')) return 'discovery';
  if (path.startsWith('/discovery/v2.0/keys')) return 'jwks';
  if (path.startsWith('/oauth2/v2.0/token')) return 'token';
  return path.startsWith('/oauth2/v2.0/authorize') ? 'authorize' : 'other';
}

/**
 * The OpenID provider believes to be mounted below the tenant's ID. It gets no session cookie, so that every sign-in
 * asks who it is for.
 */
function asIfMounted(
  request: IncomingMessage,
  path: string,
  { authority, tenantId }: FrontDoorOptions,
): IncomingMessage {
  const cookies = (request.headers.cookie ?? '')
    .split(/; */)
    .filter((cookie) => !cookie.startsWith('_session'));
  request.headers.cookie = cookies.join('; ');
  request.headers.host = new URL(authority).host;
  return Object.assign(request, { url: path, originalUrl: `/${tenantId}${path}` });
}

function signOut(
  path: string,
  response: ServerResponse,
  { authority, redirectUris }: FrontDoorOptions,
): void {
  const returnTo = new URL(path, authority).searchParams.get('post_logout_redirect_uri');
  if (returnTo !== null && redirectUris.includes(returnTo)) {
    response.writeHead(302, { Location: returnTo }).end();
    return;
  }
  const text = 'You can close this page, or go back to the console.';
  response.writeHead(200, pageHeaders).end(messagePage({ title: 'You’re signed out', text }));
}
