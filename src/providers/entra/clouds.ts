import { EXTERNAL_ID_FORM, isExternalId, isExternalIdHost } from './external-id.js';

/** One of Microsoft’s clouds; all addresses are origins. */
export interface Cloud {
  readonly name: string;
  readonly authority: string;
  /** The cloud's Microsoft Graph; the first origin is the usual one. */
  readonly graphs: readonly [string, ...string[]];
}

const GLOBAL: Cloud = {
  name: 'the global cloud',
  authority: 'https://login.microsoftonline.com',
  graphs: ['https://graph.microsoft.com'],
};
const US: Cloud = {
  name: 'the cloud of the US government',
  authority: 'https://login.microsoftonline.us',
  graphs: ['https://graph.microsoft.us', 'https://dod-graph.microsoft.us'],
};
const CHINA: Cloud = {
  name: 'the cloud in China',
  authority: 'https://login.partner.microsoftonline.cn',
  graphs: ['https://microsoftgraph.chinacloudapi.cn'],
};

/** Microsoft’s clouds, the global one first. */
export const clouds = [GLOBAL, US, CHINA] as const;

/** Other names, of today or earlier, of a cloud’s sign-in host. Tokens have the cloud's main name. */
const AUTHORITY_ALIASES: Readonly<Record<string, Cloud>> = {
  'login.windows.net': GLOBAL,
  'login.microsoft.com': GLOBAL,
  'sts.windows.net': GLOBAL,
  'login.live.com': GLOBAL,
  'login.usgovcloudapi.net': US,
  'login-us.microsoftonline.com': US,
  'sts.microsoftonline.us': US,
  'login.chinacloudapi.cn': CHINA,
  'login.microsoftonline.cn': CHINA,
  'sts.chinacloudapi.cn': CHINA,
};
/** Portals and other addresses of a cloud that people copy by mistake. */
const PORTALS: Readonly<Record<string, Cloud>> = {
  'portal.azure.com': GLOBAL,
  'entra.microsoft.com': GLOBAL,
  'aad.portal.azure.com': GLOBAL,
  'myapps.microsoft.com': GLOBAL,
  'myapplications.microsoft.com': GLOBAL,
  'account.activedirectory.windowsazure.com': GLOBAL,
  'management.azure.com': GLOBAL,
  'portal.azure.us': US,
  'entra.microsoft.us': US,
  'portal.azure.cn': CHINA,
  'entra.microsoftonline.cn': CHINA,
};
/** Hosts that people confuse with Microsoft Graph, such as Azure AD Graph, which is retired. */
const GRAPH_ALIASES: Readonly<Record<string, Cloud>> = {
  'graph.windows.net': GLOBAL,
  'graph.microsoftazure.us': US,
  'graph.usgovcloudapi.net': US,
  'graph.chinacloudapi.cn': CHINA,
  'graph.microsoft.cn': CHINA,
  'graph.microsoftonline.cn': CHINA,
};
const CLOSED = 'names a host of the cloud in Germany, which has closed';
const CLOSED_HOST = /(?:^|\.)(?:login\.microsoftonline|graph\.microsoft|graph\.cloudapi|microsoftazure)\.de$/;
/** Hosts of External ID and of Azure AD B2C, in any country. */
const EXTERNAL_ID_HOST = /(?:^|\.)ciamlogin\.[a-z]+$/;
const B2C_HOST = /(?:^|\.)b2clogin\.[a-z]+$/;
/** Microsoft’s own hosts in one region. */
const REGIONAL_HOST = /\.login\.(?:microsoft|microsoftonline|windows)\.(?:com|net)$/;

/** The cloud of an origin; undefined if it is unknown. External tenants belong to the global cloud. */
export function cloudOf(origin: string): Cloud | undefined {
  if (isExternalId(origin)) return GLOBAL;
  return clouds.find(({ authority, graphs }) => authority === origin || graphs.includes(origin));
}

export const NO_B2C =
  'Azure AD B2C isn’t supported: each user flow of a B2C tenant has metadata and tokens of a form of its own';

export function isB2c(hostname: string): boolean {
  return B2C_HOST.test(withoutDot(hostname));
}

export function authorityProblem(hostname: string): string | undefined {
  const host = withoutDot(hostname);
  if (isB2c(host))
    return `names a host of B2C. ${NO_B2C}. A tenant of External ID signs in at ${EXTERNAL_ID_FORM}, a tenant of employees at ${GLOBAL.authority}`;
  if (EXTERNAL_ID_HOST.test(host) && !isExternalIdHost(host))
    return `must be ${EXTERNAL_ID_FORM} for External ID, with the first part of the external tenant’s domain ‹name›.onmicrosoft.com, or the tenant’s ID`;
  if (CLOSED_HOST.test(host)) return `${CLOSED}: use ${GLOBAL.authority}`;
  const alias = AUTHORITY_ALIASES[host] ?? (REGIONAL_HOST.test(host) ? GLOBAL : undefined);
  if (alias !== undefined)
    return `names ${host}, an alias that tokens don’t name: it must be ${alias.authority}`;
  const portal = PORTALS[host] ?? GRAPH_ALIASES[host] ?? cloudOfGraph(host);
  if (portal !== undefined) return `names ${host}, where nobody signs in: it must be ${portal.authority}`;
  return host === hostname ? undefined : `must be without the dot at its end: https://${host}`;
}

export function graphProblem(hostname: string): string | undefined {
  const host = withoutDot(hostname);
  if (CLOSED_HOST.test(host)) return `${CLOSED}: leave SSO_ENTRA_GRAPH_URL out`;
  const cloud =
    GRAPH_ALIASES[host] ??
    AUTHORITY_ALIASES[host] ??
    PORTALS[host] ??
    (isExternalIdHost(host) ? GLOBAL : undefined) ??
    clouds.find(({ authority }) => authority === `https://${host}`);
  if (cloud !== undefined) return `names ${host}, which isn’t Microsoft Graph: it must be ${cloud.graphs[0]}`;
  return host === hostname ? undefined : `must be without the dot at its end: https://${host}`;
}

function cloudOfGraph(host: string): Cloud | undefined {
  return clouds.find(({ graphs }) => graphs.includes(`https://${host}`));
}

function withoutDot(hostname: string): string {
  return hostname.replace(/\.$/, '');
}

export const GLOBAL_AUTHORITY = GLOBAL.authority;
export const GLOBAL_GRAPH = GLOBAL.graphs[0];

export function graphOf(authority: string): string | undefined {
  return cloudOf(authority)?.graphs[0];
}
