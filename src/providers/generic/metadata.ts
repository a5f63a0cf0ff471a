import type { ServerMetadata } from 'openid-client';
import { expectIssuer, metadataUrlOf } from '../issuer.js';
import type { MetadataSource } from '../published-metadata.js';
import type { GenericConfig } from './config.js';

/** The source of the provider’s metadata. Endpoints from the settings replace the published ones. */
export function metadataOf(config: GenericConfig): MetadataSource {
  const { endpoints, issuer, metadataUrl, prefix } = config;
  const { authorization_endpoint, token_endpoint, jwks_uri } = endpoints;
  const isByHand = [authorization_endpoint, token_endpoint, jwks_uri].every((one) => one !== undefined);
  if (isByHand && metadataUrl === undefined) return { document: withOurs({ issuer }, config) };
  return {
    urls: [metadataUrl ?? metadataUrlOf(issuer)],
    accept(published) {
      const remedy = `Set ${prefix}_ISSUER to the issuer that the metadata names, if that is your provider; or ${prefix}_METADATA_URL, if its metadata is elsewhere.`;
      return withOurs(expectIssuer(published, issuer, remedy), config);
    },
  };
}

function withOurs(
  published: ServerMetadata,
  { endpoints, tokenEndpointAuthMethod: method }: GenericConfig,
): ServerMetadata {
  return {
    ...published,
    ...endpoints,
    ...(method !== undefined && { token_endpoint_auth_methods_supported: [method] }),
  };
}
