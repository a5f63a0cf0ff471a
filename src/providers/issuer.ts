import type { ServerMetadata } from 'openid-client';
import { EntranceError } from '../errors.js';

/** The claims of an answer about its issuer. They may be false until the ID token is validated. */
export interface SaidOfIssuer {
  /** The full issuer, such as the `iss` of an authorization response (RFC 9207). */
  readonly iss?: string | undefined;
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
}

/** How to determine the issuer of an answer, for a provider whose metadata doesn't simply name it. */
export interface IssuerRule {
  /** Completes the issuer, if the metadata holds a template for the issuers of several tenants. */
  readonly complete: (stated: string, said: SaidOfIssuer) => string;
  /** Other spellings of the issuer that ID tokens may hold. */
  readonly aliases: readonly string[];
}

export const EXACT_ISSUER: IssuerRule = { complete: (stated) => stated, aliases: [] };

/**
 * The issuer to validate an ID token against.
 * @param named the `iss` of the authorization response, which must be of the same issuer (RFC 9207 §2.4)
 * @throws EntranceError `sso_failed`
 */
export function issuerFor(
  { complete, aliases }: IssuerRule,
  stated: string,
  named: string | undefined,
  claims: Readonly<Record<string, unknown>> | undefined,
): string {
  const issuer = complete(stated, { iss: named, claims });
  if (named !== undefined && complete(stated, { iss: named }) !== issuer)
    throw new EntranceError('sso_failed', {
      cause: { claim: 'iss', reason: 'the response names another issuer' },
    });
  return aliases.find((alias) => alias === claims?.iss) ?? issuer;
}

/** The address of an issuer's metadata (OpenID Connect Discovery §4). */
export function metadataUrlOf(issuer: string): string {
  return `${withoutSlash(issuer)}/.well-known/openid-configuration`;
}

/**
 * Checks that metadata names the configured issuer (OpenID Connect Discovery §4.3). Operators write the setting with or
 * without a slash at its end, so a difference in that slash is accepted; tokens are compared with the issuer in the
 * metadata.
 * @throws EntranceError `sso_misconfigured`
 */
export function expectIssuer(metadata: ServerMetadata, configured: string, remedy: string): ServerMetadata {
  const { issuer } = metadata;
  if (withoutSlash(issuer) === withoutSlash(configured)) return metadata;
  throw new EntranceError('sso_misconfigured', {
    cause: { expected: configured, received: issuer },
    remedy,
  });
}

function withoutSlash(issuer: string): string {
  return issuer.replace(/\/$/, '');
}
