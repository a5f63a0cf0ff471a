import type { ServerResponse } from 'node:http';
import type { JWK } from 'jose';
import type { TokenEndpointError } from './entra-errors.js';

/** What tests make the outside world do; all of it can be set and taken back while the simulator runs. */
export interface Faults {
  /** Every connection breaks off without an answer. */
  down: boolean;
  /** Every answer waits this long, milliseconds. */
  delayMs?: number | undefined;
  /** What the clock says, in every answer’s `Date`. */
  date?: Date | undefined;
  discoveryStatus?: number | undefined;
  /** Members of the metadata document, merged last; `undefined` leaves one out. */
  metadata?: Readonly<Record<string, unknown>> | undefined;
  keysStatus?: number | undefined;
  /** Gets the key set and gives the one to publish. */
  keySet?: ((keySet: { readonly keys: readonly JWK[] }) => unknown) | undefined;
  /** Parameters of the redirect back, merged last; `undefined` leaves one out. */
  authorizationResponse?: Readonly<Record<string, string | undefined>> | undefined;
  tokenEndpointStatus?: number | undefined;
  /** Answered with `tokenEndpointStatus`, or 400. */
  tokenEndpointError?: TokenEndpointError | undefined;
  /** Members of the token response, merged last; `undefined` leaves one out. */
  tokenResponse?: Readonly<Record<string, unknown>> | undefined;
  /** What Microsoft Graph does: a status in place of the groups, a delay, pages, and where the next one is said to be. */
  graph?:
    | {
        readonly status?: number;
        readonly delayMs?: number;
        readonly pageSize?: number;
        readonly nextLink?: string;
      }
    | undefined;
  /** Gets the signed ID token and gives the one to send. */
  idToken?: ((idToken: string) => string | Promise<string>) | undefined;
  /** Answers in place of everything else, byte by byte, what it gives true for. */
  raw?: ((endpoint: Endpoint, response: ServerResponse) => boolean) | undefined;
}

export type Endpoint = 'discovery' | 'jwks' | 'token' | 'authorize' | 'graph' | 'other';

export interface FaultyAnswer {
  readonly status: number;
  readonly body?: TokenEndpointError | undefined;
}

/** What an endpoint answers in place of its own answer. */
export function faultOf(endpoint: Endpoint, faults: Faults): FaultyAnswer | undefined {
  if (endpoint === 'discovery' && faults.discoveryStatus !== undefined)
    return { status: faults.discoveryStatus };
  if (endpoint === 'jwks' && faults.keysStatus !== undefined) return { status: faults.keysStatus };
  if (endpoint !== 'token') return undefined;
  if (faults.tokenEndpointError !== undefined) {
    return { status: faults.tokenEndpointStatus ?? 400, body: faults.tokenEndpointError };
  }
  return faults.tokenEndpointStatus === undefined ? undefined : { status: faults.tokenEndpointStatus };
}
