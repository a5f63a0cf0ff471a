import type { ServerMetadata } from 'openid-client';
import { EntranceError } from '../../errors.js';
import { metadataUrlOf } from '../issuer.js';
import type { KeycloakConfig } from './settings.js';

type Place = Pick<KeycloakConfig, 'baseUrl' | 'publicBaseUrl' | 'realm'>;

/** The path before `/realms` up to version 16, or with `http-relative-path`. */
const FORMER_PATH = '/auth';
const ISSUER = /^(https?:\/\/.+)\/realms\/([^/]+)$/;

/** The address of a realm below an address of Keycloak. It is the issuer, if Keycloak uses that address for itself. */
export function realmUrl(baseUrl: string, realm: string): string {
  return `${baseUrl}/realms/${encodeURIComponent(realm)}`;
}

/** The address of the metadata, and the same with `/auth` added or removed, in case the base URL is wrong about it. */
export function metadataUrls({ baseUrl, realm }: Place): readonly [string, string] {
  return [metadataUrlOf(realmUrl(baseUrl, realm)), metadataUrlOf(realmUrl(otherBaseUrl(baseUrl), realm))];
}

function otherBaseUrl(baseUrl: string): string {
  return baseUrl.endsWith(FORMER_PATH) ? baseUrl.slice(0, -FORMER_PATH.length) : baseUrl + FORMER_PATH;
}

/**
 * Checks the metadata, and gives the metadata to use. Keycloak names itself by its hostname setting, or by the host of
 * each request. Tokens name the address that the browser used, so if there are two base URLs, the issuer and the
 * addresses for browsers are put under the public one.
 * @throws EntranceError `sso_misconfigured` for metadata of another address or realm
 */
export function acceptMetadata(published: ServerMetadata, place: Place): ServerMetadata {
  const inside = realmUrl(place.baseUrl, place.realm);
  const outside = realmUrl(place.publicBaseUrl ?? place.baseUrl, place.realm);
  if (published.issuer !== inside && published.issuer !== outside)
    throw new EntranceError('sso_misconfigured', {
      cause: { expected: outside, received: published.issuer },
      remedy: issuerRemedy(published.issuer, place),
    });
  const { authorization_endpoint, end_session_endpoint } = published;
  const seenOutside = (url: string) =>
    url.startsWith(`${inside}/`) ? outside + url.slice(inside.length) : url;
  return {
    ...published,
    issuer: outside,
    ...(authorization_endpoint !== undefined && {
      authorization_endpoint: seenOutside(authorization_endpoint),
    }),
    ...(end_session_endpoint !== undefined && { end_session_endpoint: seenOutside(end_session_endpoint) }),
  };
}

/** The setting to change, by the issuer that the metadata names. */
export function issuerRemedy(issuer: string, { baseUrl, publicBaseUrl, realm }: Place): string {
  const [, base, encodedRealm = ''] = ISSUER.exec(issuer) ?? [];
  if (base === undefined)
    return 'Check SSO_KEYCLOAK_BASE_URL: what answers there isn’t Keycloak, or something on the way answers in its place.';
  const named = decoded(encodedRealm);
  if (named !== realm) return `The realm is called ${named}: set SSO_KEYCLOAK_REALM=${named}.`;
  if (base === otherBaseUrl(baseUrl)) return `Set SSO_KEYCLOAK_BASE_URL=${base}.`;
  return publicBaseUrl === undefined
    ? `Keycloak calls itself ${base} (its hostname setting). Set SSO_KEYCLOAK_BASE_URL=${base}, or SSO_KEYCLOAK_PUBLIC_BASE_URL=${base} if this server can reach it by ${baseUrl} alone.`
    : `Keycloak calls itself ${base} (its hostname setting): set SSO_KEYCLOAK_PUBLIC_BASE_URL=${base}.`;
}

export function realmRemedy({ baseUrl, realm }: Place): string {
  return `There is no realm ${realm} at ${baseUrl}. Check SSO_KEYCLOAK_REALM, which is case-sensitive (the name stands in the address bar of the admin console), and SSO_KEYCLOAK_BASE_URL: the address before /realms, which ends in ${FORMER_PATH} up to Keycloak 16 or with http-relative-path.`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
