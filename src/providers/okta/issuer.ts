import * as z from 'zod';
import { webAddress } from '../../config/web-address.js';

/** The Admin Console has a domain of its own, which people copy by mistake. */
const ADMIN_DOMAIN = /^([a-z0-9-]+)-admin\.((?:okta|oktapreview|okta-emea|okta-gov)\.com|okta\.mil)$/;
const CUSTOM_SERVER = /^\/oauth2\/(?!v\d+$)[\w-]+$/;
const WELL_KNOWN = /\/\.well-known\/[\w-]+$/;

/**
 * The issuer, without a slash at its end: the org server `https://acme.okta.com`, or a custom authorization server,
 * `https://acme.okta.com/oauth2/default` or `/oauth2/‹its ID›`.
 */
export const issuer = webAddress.transform((url, context): string => {
  const path = url.pathname.replace(/\/$/, '');
  const problem = problemOf(url.hostname, path);
  if (problem === undefined) return `${url.origin}${path}`;
  context.addIssue({ code: 'custom', message: problem });
  return z.NEVER;
});

function problemOf(hostname: string, path: string): string | undefined {
  const [, org, domain] = ADMIN_DOMAIN.exec(hostname) ?? [];
  if (org !== undefined)
    return `is the address of the Admin Console, where nobody signs in: it has to begin with https://${org}.${domain}`;
  if (WELL_KNOWN.test(path)) return 'is the address of metadata: leave /.well-known and what follows it out';
  if (path === '' || CUSTOM_SERVER.test(path)) return undefined;
  return 'has another path than an issuer of Okta: it is the domain alone (the org server), or the domain with /oauth2/default or /oauth2/ and the ID of a custom authorization server';
}

/** Whether the issuer is the org server. Every Okta organisation has one, and nobody can configure it. */
export function isOrgServer(issuer: string): boolean {
  return new URL(issuer).pathname === '/';
}
