import { createHash } from 'node:crypto';
import { expect } from '@jest/globals';
import { claimsOf } from '../../../../demo/simulator/signing-keys.js';
import {
  ENTRA,
  FAILED,
  inOrder,
  MISCONFIGURED,
  SIGNED_IN,
  type Table,
  TENANT_NOT_ALLOWED,
  withFaults,
} from '../row.js';
import { publishingKeyOf, signedBy, withClaims, withIdToken } from '../tokens.js';

const now = () => Math.floor(Date.now() / 1_000);
const anotherApplication = '11111111-2222-4333-8444-555555555555';
const anotherTenant = '5e0d7c3b-94a1-4f26-8b7c-d2f1a6e39805';
const leftHalf = (text: string) =>
  createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url');
const tokensOf = (tokenResponse: Readonly<Record<string, unknown>>) => withFaults({ tokenResponse });

/** Beside those of forgeries.ts. */
export const idTokens: Table = {
  'of a second key that is published': {
    publishes: publishingKeyOf('RS256', 2_048),
    arrange: withIdToken(signedBy('RS256', 2_048)),
    leadsTo: SIGNED_IN,
  },
  'missing altogether': { arrange: tokensOf({ id_token: undefined }), leadsTo: FAILED },
  'without iss': { arrange: withClaims({ iss: undefined }), leadsTo: FAILED },
  'of an issuer whose name goes on': {
    arrange: withClaims(({ issuer }) => ({ iss: `${issuer}.evil.example` })),
    leadsTo: FAILED,
  },
  'of an issuer with a slash more or less': {
    arrange: withClaims(({ issuer }) => ({ iss: issuer.endsWith('/') ? issuer.slice(0, -1) : `${issuer}/` })),
    leadsTo: FAILED,
  },
  'of an issuer without its scheme': {
    arrange: withClaims(({ issuer }) => ({ iss: issuer.replace('http://', '') })),
    leadsTo: FAILED,
  },
  'of Google’s older spelling of itself': {
    arrange: withClaims({ iss: 'accounts.google.com' }),
    leadsTo: FAILED,
    except: { providers: ['google'], because: 'its reference has both spellings', leadsTo: SIGNED_IN },
  },
  'of another tenant’s issuer': {
    arrange: withClaims(({ url }) => ({ iss: `${url}/${anotherTenant}/v2.0`, tid: anotherTenant })),
    leadsTo: TENANT_NOT_ALLOWED,
    only: ENTRA,
  },
  'without aud': { arrange: withClaims({ aud: undefined }), leadsTo: FAILED },
  'for several applications, without azp': {
    arrange: withClaims(({ clientId }) => ({ aud: [clientId, anotherApplication] })),
    leadsTo: FAILED,
  },
  'for several applications, with another azp': {
    arrange: withClaims(({ clientId }) => ({ aud: [clientId, anotherApplication], azp: anotherApplication })),
    leadsTo: FAILED,
  },
  'for several applications, with our azp': {
    arrange: withClaims(({ clientId }) => ({ aud: [clientId, anotherApplication], azp: clientId })),
    leadsTo: SIGNED_IN,
  },
  'for us, with another azp': { arrange: withClaims({ azp: anotherApplication }), leadsTo: FAILED },
  'without exp': { arrange: withClaims({ exp: undefined }), leadsTo: FAILED },
  'with an exp that is no number': { arrange: withClaims({ exp: '9999999999' }), leadsTo: FAILED },
  'that has expired': { arrange: withClaims(() => ({ exp: now() - 120 })), leadsTo: FAILED },
  'that has expired within the tolerance': {
    arrange: withClaims(() => ({ exp: now() - 20 })),
    leadsTo: SIGNED_IN,
  },
  'with an iat that is no number': { arrange: withClaims({ iat: 'now' }), leadsTo: FAILED },
  'from the future (iat)': { arrange: withClaims(() => ({ iat: now() + 3_600 })), leadsTo: FAILED },
  'not valid yet (nbf)': { arrange: withClaims(() => ({ nbf: now() + 3_600 })), leadsTo: FAILED },
  'with an nbf that is no number': { arrange: withClaims({ nbf: 'soon' }), leadsTo: FAILED },
  'without nonce': { arrange: withClaims({ nonce: undefined }), leadsTo: FAILED },
  'with a nonce that is no text': { arrange: withClaims({ nonce: [] }), leadsTo: FAILED },
  'with a sub that is no text': { arrange: withClaims({ sub: { $ne: null } }), leadsTo: FAILED },
  'without tid': { arrange: withClaims({ tid: undefined }), leadsTo: FAILED, only: ENTRA },
  'without oid': { arrange: withClaims({ oid: undefined }), leadsTo: FAILED, only: ENTRA },
  'with an oid that is no text': {
    arrange: withClaims({ oid: { $ne: null } }),
    leadsTo: FAILED,
    only: ENTRA,
  },
  'of another tid than its issuer': {
    arrange: withClaims({ tid: anotherTenant }),
    leadsTo: TENANT_NOT_ALLOWED,
    only: ENTRA,
  },
  'of version 1.0': { arrange: withClaims({ ver: '1.0' }), leadsTo: MISCONFIGURED, only: ENTRA },
  'without a version': { arrange: withClaims({ ver: undefined }), leadsTo: MISCONFIGURED, only: ENTRA },
  'with the at_hash of its access token': {
    arrange: inOrder(tokensOf({ access_token: 'known' }), withClaims({ at_hash: leftHalf('known') })),
    leadsTo: SIGNED_IN,
  },
  'with the at_hash of another access token': {
    arrange: inOrder(tokensOf({ access_token: 'known' }), withClaims({ at_hash: leftHalf('other') })),
    leadsTo: FAILED,
  },
  'with the c_hash of another code': { arrange: withClaims({ c_hash: leftHalf('other') }), leadsTo: FAILED },
  'with claims that are to be fetched elsewhere (_claim_sources)': {
    arrange: withClaims(({ url }) => ({
      roles: undefined,
      _claim_names: { groups: 'src1', email: 'src1' },
      _claim_sources: { src1: { endpoint: `${url}/evil/claims`, access_token: 'x' } },
    })),
    leadsTo: SIGNED_IN,
  },
  'with members that would change every object (__proto__)': {
    arrange: withIdToken((token, { sign }) => {
      const claims = JSON.stringify({ ...claimsOf(token), polluting: true });
      return sign(
        JSON.parse(claims.replace('"polluting":true', '"__proto__":{"polluted":true},"constructor":1')),
      );
    }),
    leadsTo: SIGNED_IN,
    also: () => expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false),
  },
};
