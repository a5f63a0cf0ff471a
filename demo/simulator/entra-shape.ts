import type { errors, KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Persona } from '../personas.js';
import { type Application, entraError } from './entra-errors.js';
import type { Faults } from './faults.js';
import type { SimulatedGraph } from './graph.js';
import { entraClaims } from './id-token-claims.js';
import type { RegisteredCredentials } from './registered-credentials.js';
import type { SignIns } from './sign-ins.js';
import { claimsOf, type SigningKeys } from './signing-keys.js';
import { homeOf, multiTenantNameOf, publishedTenant } from './tenants.js';

export interface ShapeOptions {
  /** Where the OpenID provider listens. */
  readonly address: string;
  /** Where it says that it is. */
  readonly authority: string;
  readonly issuerOf: (tenant: string) => string;
  readonly tenantId: string;
  readonly application: Application;
  readonly keys: SigningKeys;
  readonly credentials: RegisteredCredentials;
  readonly faults: Faults;
  readonly signIns: SignIns;
  readonly graph: SimulatedGraph;
  readonly findPersona: (id: string) => Persona | undefined;
}

type Context = Pick<KoaContextWithOIDC, 'status' | 'type' | 'body' | 'query' | 'req' | 'res' | 'set'> & {
  readonly path: string;
  readonly oidc?: Pick<KoaContextWithOIDC['oidc'], 'params'>;
};

/** Gives the answers of the OpenID provider the form that Entra's have. */
export function shapeAsEntra(provider: Provider, options: ShapeOptions): void {
  provider.use(async (ctx, next) => {
    await next();
    if (ctx.path === '/.well-known/openid-configuration') shapeMetadata(ctx, options);
    else if (ctx.path === '/discovery/v2.0/keys') shapeKeys(ctx, options);
    else if (ctx.path === '/oauth2/v2.0/token' && ctx.status === 200) await shapeTokens(ctx, options);
    else if (ctx.path.startsWith('/oauth2/v2.0/authorize')) shapeRedirect(ctx, options);
  });
  provider.on('grant.error', (ctx, error) => {
    ctx.body = tokenError(error, ctx.oidc.params ?? {}, options);
  });
}

function shapeMetadata(
  ctx: Context,
  { authority, tenantId, application, faults, issuerOf }: ShapeOptions,
): void {
  const { authorization_response_iss_parameter_supported: _, ...document } = recordOf(ctx.body);
  const tenant = multiTenantNameOf(ctx.req) ?? tenantId;
  ctx.body = definedOf({
    ...document,
    issuer: issuerOf(publishedTenant(ctx.req, tenantId)),
    authorization_endpoint: `${authority}/${tenant}/oauth2/v2.0/authorize`,
    token_endpoint: `${authority}/${tenant}/oauth2/v2.0/token`,
    jwks_uri: `${authority}/${tenant}/discovery/v2.0/keys${isForApplication(ctx, application) ? `?appid=${application.clientId}` : ''}`,
    id_token_signing_alg_values_supported: ['RS256'],
    subject_types_supported: ['pairwise'],
    end_session_endpoint: `${authority}/${tenant}/oauth2/v2.0/logout`,
    http_logout_supported: true,
    frontchannel_logout_supported: true,
    tenant_region_scope: 'EU',
    cloud_instance_name: 'simulated',
    ...faults.metadata,
  });
}

function shapeKeys(ctx: Context, { tenantId, application, faults, issuerOf, keys }: ShapeOptions): void {
  const keySet = keys.keySet(issuerOf(publishedTenant(ctx.req, tenantId)), {
    forApplication: isForApplication(ctx, application),
  });
  ctx.body = faults.keySet === undefined ? keySet : faults.keySet(keySet);
}

function isForApplication({ query }: Context, { clientId }: Application): boolean {
  return query.appid === clientId;
}

async function shapeTokens(
  ctx: Context,
  { tenantId, application, issuerOf, keys, faults, graph, signIns, findPersona }: ShapeOptions,
): Promise<void> {
  const { id_token, ...tokens } = recordOf(ctx.body);
  if (id_token === undefined) return;
  const issued = claimsOf(String(id_token));
  const signIn = signIns.find(String(issued.sub));
  const persona = findPersona(signIn?.persona ?? '');
  if (persona?.outcome === 'secret_expired') {
    ctx.status = 401;
    ctx.body = entraError('invalid_client', 7000222, application);
    return;
  }
  if (persona?.outcome === 'dismissed' && ctx.oidc?.params?.grant_type === 'refresh_token') {
    ctx.status = 400;
    ctx.body = entraError('invalid_grant', 50057, application);
    return;
  }
  if (signIn === undefined || persona === undefined || persona.outcome === 'microsoft_down') {
    ctx.status = 503;
    ctx.type = 'text/plain';
    ctx.body = 'Service Unavailable';
    return;
  }
  if (persona.outcome === 'keys_rotate') await keys.rotate();
  const home = homeOf(persona, ctx.req, tenantId);
  const claims = entraClaims({ ...issued, iss: issuerOf(home) }, persona, signIn, home);
  const idToken = await keys.sign(claims);
  graph.remember(String(tokens.access_token), persona);
  ctx.body = definedOf({
    ...tokens,
    ext_expires_in: tokens.expires_in,
    id_token: faults.idToken === undefined ? idToken : await faults.idToken(idToken),
    ...faults.tokenResponse,
  });
}

/** Entra sends no `iss` (RFC 9207), but says more about errors. */
function shapeRedirect(ctx: Context, { address, authority, application, faults }: ShapeOptions): void {
  const location = ctx.res.getHeader('Location');
  if (typeof location !== 'string' || location.startsWith('/') || location.startsWith(`${address}/`)) return;
  const url = new URL(location);
  url.searchParams.delete('iss');
  if (url.searchParams.get('error') === 'login_required') {
    url.searchParams.set(
      'error_description',
      entraError('login_required', 50058, application).error_description,
    );
  }
  const number = /^AADSTS(\d+)/.exec(url.searchParams.get('error_description') ?? '')?.[1];
  if (number !== undefined) url.searchParams.set('error_uri', `${authority}/error?code=${number}`);
  if (number === '65004') url.searchParams.set('error_subcode', 'cancel');
  for (const [name, value] of Object.entries(faults.authorizationResponse ?? {})) {
    if (value === undefined) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  ctx.set('Location', url.href);
}

function tokenError(
  error: errors.OIDCProviderError,
  parameters: Readonly<Record<string, unknown>>,
  { application, credentials }: ShapeOptions,
) {
  if (error.error === 'invalid_client')
    return entraError('invalid_client', credentials.refusalOf(parameters), application);
  if (error.error === 'invalid_grant') {
    return entraError('invalid_grant', error.error_detail?.includes('consumed') ? 54005 : 70000, application);
  }
  return { error: error.error, error_description: error.error_description };
}

function recordOf(body: unknown): Record<string, unknown> {
  return typeof body === 'object' && body !== null ? { ...body } : {};
}

function definedOf(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}
