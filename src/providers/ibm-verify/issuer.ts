import type { ServerMetadata } from 'openid-client';
import * as z from 'zod';
import { webAddress } from '../../config/web-address.js';
import { expectIssuer, metadataUrlOf } from '../issuer.js';

/** The paths of the issuer, if the setting names only the tenant: that of older tenants, then that of newer ones. */
const PATHS = ['/oidc/endpoint/default', '/oauth2'] as const;
const WELL_KNOWN = /\/\.well-known\/[\w-]+\/?$/;

/** The issuer, or the tenant’s origin, without a slash at its end. */
export const issuer = webAddress.transform((url, context): string => {
  if (!WELL_KNOWN.test(url.pathname)) return `${url.origin}${url.pathname.replace(/\/$/, '')}`;
  context.addIssue({
    code: 'custom',
    message: 'is the address of metadata: leave /.well-known and what follows it out',
  });
  return z.NEVER;
});

function isTenant(configured: string): boolean {
  return new URL(configured).pathname === '/';
}

/** The possible addresses of the metadata, in the order in which they are asked. */
export function metadataUrls(configured: string): readonly [string, ...string[]] {
  const [first, second] = PATHS;
  return isTenant(configured)
    ? [metadataUrlOf(configured + first), metadataUrlOf(configured + second)]
    : [metadataUrlOf(configured)];
}

export const ISSUER_REMEDY =
  'Set SSO_IBM_VERIFY_ISSUER to the issuer that the metadata names. The IBM Verify console shows the address of the metadata: Applications → your application → Sign-on.';

/** @throws EntranceError `sso_misconfigured` for metadata of another issuer or tenant */
export function checkIssuer(published: ServerMetadata, configured: string): ServerMetadata {
  const known = PATHS.map((path) => configured + path);
  const expected = known.find((one) => one === published.issuer.replace(/\/$/, '')) ?? configured;
  return expectIssuer(published, isTenant(configured) ? expected : configured, ISSUER_REMEDY);
}
