import { randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { personas as demoPersonas, type Persona } from '../personas.js';
import type { Application } from './entra-errors.js';
import { serveEntraInteraction } from './entra-interaction.js';
import { createEntraProvider } from './entra-provider.js';
import { shapeAsEntra } from './entra-shape.js';
import { errorMessage } from './error-message.js';
import type { Faults } from './faults.js';
import { createFrontDoor, type RequestCounts } from './front-door.js';
import { SimulatedGraph } from './graph.js';
import { closeServer, type LoopbackAddress, listenOnLoopback } from './loopback-server.js';
import { messagePage, pageHeaders } from './pages.js';
import { type FederatedCredential, RegisteredCredentials } from './registered-credentials.js';
import { SignIns } from './sign-ins.js';
import { SigningKeys } from './signing-keys.js';
import { issuerOfTenant, multiTenantNames } from './tenants.js';

export interface SimulatedMicrosoft {
  /** Value for `SSO_ENTRA_AUTHORITY`, for example `http://localhost:8001`. */
  readonly authority: string;
  /** Where it listens: the authority, unless that is a host of External ID, which leads here in tests alone. */
  readonly address: string;
  readonly tenantId: string;
  readonly tenantDomain: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** What is registered for the application beside that secret, and what became of it. */
  readonly credentials: Pick<RegisteredCredentials, 'addSecret' | 'expireSecret' | 'deleteSecret'>;
  /** Faults, which tests set at any time. */
  readonly faults: Faults;
  /** Requests seen so far. */
  readonly requests: Readonly<RequestCounts>;
  /** Microsoft Graph, on the same origin. */
  readonly graph: Pick<SimulatedGraph, 'requests'>;
  /** Adds somebody who can sign in, or replaces who has the same `id`. */
  addPersona(persona: Persona): void;
  /** Signs claims with the current key, below a header of one's own. */
  sign: SigningKeys['sign'];
  /** From now on tokens are signed with a key of the application’s own (claims mapping). */
  useOwnKey(): Promise<void>;
  /** Replaces the signing key. */
  rotateKeys(): Promise<void>;
  /** Signs a logout token, as a provider with back-channel logout would; `undefined` leaves a claim out. */
  signLogoutToken(claims?: Readonly<Record<string, unknown>>): Promise<string>;
  close(): Promise<void>;
}

export interface SimulatorOptions extends LoopbackAddress {
  /** Of an external tenant (Entra External ID): the name of its host, `https://‹name›.ciamlogin.com`. */
  readonly externalTenant?: string;
  readonly tenantId?: string;
  /** A verified domain of the tenant, which works in place of its ID. */
  readonly tenantDomain?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  /** Certificates that are registered for the application, PEM. */
  readonly certificates?: readonly string[];
  readonly federatedCredentials?: readonly FederatedCredential[];
  /** Compared as Entra does: exactly, but for the port of loopback ones. Signing out may return to them too. */
  readonly redirectUris: readonly string[];
  /** Loaded in a frame with `sid` when somebody signs out at Microsoft. */
  readonly frontChannelLogoutUrl?: string;
  /** The demo's people, unless given. */
  readonly personas?: readonly Persona[];
  /** Gives the `id` of the persona to sign in without asking; undefined shows the picker. */
  readonly auto?: (request: { readonly loginHint: string | undefined }) => string | undefined;
}

const DEFAULT_TENANT_ID = '3f6e2a8c-5b1d-4c97-8e0a-b7d94f21c650';
const DEFAULT_CLIENT_ID = '8c1d7f4e-2a69-4b03-9d5e-f06b3c8a1e72';

/** Starts a simulated Microsoft Entra ID on loopback: the certified oidc-provider in Entra's shape. */
export async function startSimulatedMicrosoft(options: SimulatorOptions): Promise<SimulatedMicrosoft> {
  const server = createServer();
  const address = await listenOnLoopback(server, options);
  const { externalTenant } = options;
  const authority = externalTenant === undefined ? address : `https://${externalTenant}.ciamlogin.com`;
  const issuerOf = (tenant: string) =>
    issuerOfTenant(tenant, externalTenant === undefined ? authority : undefined);
  const tenantId = options.tenantId ?? DEFAULT_TENANT_ID;
  const tenantDomain = options.tenantDomain ?? 'contoso.com';
  const clientId = options.clientId ?? DEFAULT_CLIENT_ID;
  const clientSecret = options.clientSecret ?? randomBytes(24).toString('base64url');
  const application: Application = { clientId, clientName: 'Entrance demo' };
  const personas = new Map((options.personas ?? demoPersonas).map((persona) => [persona.id, persona]));
  const faults: Faults = { down: false };
  const requests = { discovery: 0, jwks: 0, token: 0, authorize: 0 };
  const graph = new SimulatedGraph(faults);
  const signIns = new SignIns(tenantId);
  const keys = await SigningKeys.create();
  const credentials = new RegisteredCredentials({
    clientId,
    secret: clientSecret,
    certificates: options.certificates ?? [],
    federated: options.federatedCredentials ?? [],
  });

  const provider = await createEntraProvider({
    issuer: `${address}/${tenantId}/v2.0`,
    tenantId,
    application,
    credentials,
    redirectUris: options.redirectUris,
    renderError: (ctx, out) => {
      ctx.set(pageHeaders);
      ctx.body = messagePage(
        'Microsoft',
        errorMessage(out, { ...application, clientId: String(ctx.query.client_id) }),
      );
    },
  });
  serveEntraInteraction(provider, {
    tenantId,
    application,
    personas: () => [...personas.values()],
    signIns,
    auto: options.auto,
  });
  shapeAsEntra(provider, {
    address,
    authority,
    issuerOf,
    tenantId,
    application,
    keys,
    credentials,
    faults,
    graph,
    signIns,
    findPersona: (id) => personas.get(id),
  });

  const receive = createFrontDoor({
    address,
    tenantId,
    tenants: [tenantId, tenantDomain, ...(externalTenant === undefined ? multiTenantNames : [])],
    application,
    redirectUris: options.redirectUris,
    frontChannelLogoutUrl: options.frontChannelLogoutUrl,
    signIns,
    credentials,
    faults,
    graph,
    requests,
    answer: provider.callback(),
  });
  server.on('request', (request, response) => {
    receive(request, response).catch(() => response.destroy());
  });

  return {
    authority,
    address,
    tenantId,
    tenantDomain,
    clientId,
    clientSecret,
    credentials,
    faults,
    requests,
    graph,
    addPersona: (persona) => {
      personas.set(persona.id, persona);
    },
    sign: (claims, header) => keys.sign(claims, header),
    useOwnKey: () => keys.useOwnKey(),
    rotateKeys: () => keys.rotate(),
    signLogoutToken: (claims) => keys.sign({ ...logoutClaims(issuerOf(tenantId), clientId), ...claims }),
    close: () => closeServer(server),
  };
}

/** Entra has no back-channel logout; other providers do (OpenID Connect Back-Channel Logout 1.0 §2.4). */
function logoutClaims(iss: string, aud: string): Readonly<Record<string, unknown>> {
  const iat = Math.floor(Date.now() / 1_000);
  const events = { 'http://schemas.openid.net/event/backchannel-logout': {} };
  return { iss, aud, iat, exp: iat + 120, jti: randomUUID(), events };
}
