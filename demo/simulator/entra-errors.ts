import { randomUUID } from 'node:crypto';
import type { Persona } from '../personas.js';

/** Microsoft's error numbers that the simulator knows, with Microsoft's texts. */
const texts = {
  50013: () => 'Assertion failed signature validation.',
  50011: ({ clientId }: Application) =>
    `The redirect URI specified in the request does not match the redirect URIs configured for the application '${clientId}'. Make sure the redirect URI sent in the request matches one added to your application in the Azure portal.`,
  50057: () => 'The user account is disabled.',
  50059: () =>
    'No tenant-identifying information found in either the request or implied by any provided credentials.',
  50058: () => 'A silent sign-in request was sent but no user is signed in.',
  50105: ({ clientId, clientName }: Application) =>
    `Your administrator has configured the application ${clientName} ('${clientId}') to block users unless they are specifically granted ('assigned') access to the application. The signed in user is blocked because they are not a direct member of a group with access, nor had access directly assigned by an administrator. Please contact your administrator to assign access to this application.`,
  54005: () =>
    'OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.',
  65001: ({ clientId, clientName }: Application) =>
    `The user or administrator has not consented to use the application with ID '${clientId}' named '${clientName}'. Send an interactive authorization request for this user and resource.`,
  65004: () => 'User declined to consent to access the app.',
  70000: () => 'Provided grant is invalid or malformed.',
  90002: () =>
    'Tenant not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.',
  700016: ({ clientId }: Application) =>
    `Application with identifier '${clientId}' was not found in the directory. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.`,
  700024: () => 'Client assertion is not within its valid time range.',
  700027: ({ clientId }: Application) =>
    `The certificate with identifier used to sign the client assertion is not registered on application. [Reason - The key was not found., Please visit the Azure Portal, Graph Explorer or directly use MS Graph to see configured keys for app Id '${clientId}'.]`,
  700211: () => 'No matching federated identity record found for presented assertion issuer.',
  700212: () => 'No matching federated identity record found for presented assertion audience.',
  700213: () => 'No matching federated identity record found for presented assertion subject.',
  7000215: ({ clientId }: Application) =>
    `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${clientId}'.`,
  7000218: () =>
    "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
  7000222: ({ clientId }: Application) =>
    `The provided client secret keys for app '${clientId}' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds.`,
} as const;

export interface Application {
  readonly clientId: string;
  readonly clientName: string;
}

export type AadstsNumber = keyof typeof texts;

/** The body of an error in the form of Entra's token endpoint. */
export interface TokenEndpointError {
  readonly error: string;
  readonly error_description: string;
  readonly error_codes: readonly number[];
  readonly timestamp?: string;
  readonly trace_id?: string;
  readonly correlation_id?: string;
}

/** An error as Entra answers it, with a fresh trace and correlation ID. */
export function entraError(
  error: string,
  number: AadstsNumber,
  application: Application,
): Required<TokenEndpointError> {
  const trace_id = randomUUID();
  const correlation_id = randomUUID();
  const timestamp = new Date()
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z');
  return {
    error,
    error_description: `AADSTS${number}: ${texts[number](application)} Trace ID: ${trace_id} Correlation ID: ${correlation_id} Timestamp: ${timestamp}`,
    error_codes: [number],
    timestamp,
    trace_id,
    correlation_id,
  };
}

/** How Microsoft turns this person away before there is a code; undefined where it doesn't. */
export function refusalOf({ outcome }: Persona, application: Application): TokenEndpointError | undefined {
  if (outcome === 'consent_missing') return entraError('consent_required', 65001, application);
  if (outcome === 'not_assigned') return entraError('access_denied', 50105, application);
  return undefined;
}

export function cancelled(application: Application): TokenEndpointError {
  return entraError('access_denied', 65004, application);
}
