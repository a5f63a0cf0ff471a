import { createHash } from 'node:crypto';
import { expect } from '@jest/globals';
import { claimsOf } from '../../../../demo/simulator/signing-keys.js';
import { ELSEWHERE, ENTRA, FAILED, IN, inOrder, MISCONFIGURED, type Table, withFaults } from '../row.js';
import { publishingKeyOf, replaced, saying, signedBy } from '../tokens.js';

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
    arrange: replaced(signedBy('RS256', 2_048)),
    leadsTo: IN,
  },
  'missing altogether': { arrange: tokensOf({ id_token: undefined }), leadsTo: FAILED },
  'without iss': { arrange: saying({ iss: undefined }), leadsTo: FAILED },
  'of an issuer whose name goes on': {
    arrange: saying(({ issuer }) => ({ iss: `${issuer}.evil.example` })),
    leadsTo: FAILED,
  },
  'of an issuer with a slash more or less': {
    arrange: saying(({ issuer }) => ({ iss: issuer.endsWith('/') ? issuer.slice(0, -1) : `${issuer}/` })),
    leadsTo: FAILED,
  },
  'of an issuer without its scheme': {
    arrange: saying(({ issuer }) => ({ iss: issuer.replace('http://', '') })),
    leadsTo: FAILED,
  },
  'of Google’s older spelling of itself': {
    arrange: saying({ iss: 'accounts.google.com' }),
    leadsTo: FAILED,
    except: { providers: ['google'], because: 'its reference has both spellings', leadsTo: IN },
  },
  'of another tenant’s issuer': {
    arrange: saying(({ url }) => ({ iss: `${url}/${anotherTenant}/v2.0`, tid: anotherTenant })),
    leadsTo: ELSEWHERE,
    only: ENTRA,
  },
  'without aud': { arrange: saying({ aud: undefined }), leadsTo: FAILED },
  'for several applications, without azp': {
    arrange: saying(({ clientId }) => ({ aud: [clientId, anotherApplication] })),
    leadsTo: FAILED,
  },
  'for several applications, with another azp': {
    arrange: saying(({ clientId }) => ({ aud: [clientId, anotherApplication], azp: anotherApplication })),
    leadsTo: FAILED,
  },
  'for several applications, with our azp': {
    arrange: saying(({ clientId }) => ({ aud: [clientId, anotherApplication], azp: clientId })),
    leadsTo: IN,
  },
  'for us, with another azp': { arrange: saying({ azp: anotherApplication }), leadsTo: FAILED },
  'without exp': { arrange: saying({ exp: undefined }), leadsTo: FAILED },
  'with an exp that is no number': { arrange: saying({ exp: '9999999999' }), leadsTo: FAILED },
  'that has expired': { arrange: saying(() => ({ exp: now() - 120 })), leadsTo: FAILED },
  'that has expired within the tolerance': { arrange: saying(() => ({ exp: now() - 20 })), leadsTo: IN },
  'with an iat that is no number': { arrange: saying({ iat: 'now' }), leadsTo: FAILED },
  'from the future (iat)': { arrange: saying(() => ({ iat: now() + 3_600 })), leadsTo: FAILED },
  'not valid yet (nbf)': { arrange: saying(() => ({ nbf: now() + 3_600 })), leadsTo: FAILED },
  'with an nbf that is no number': { arrange: saying({ nbf: 'soon' }), leadsTo: FAILED },
  'without nonce': { arrange: saying({ nonce: undefined }), leadsTo: FAILED },
  'with a nonce that is no text': { arrange: saying({ nonce: [] }), leadsTo: FAILED },
  'with a sub that is no text': { arrange: saying({ sub: { $ne: null } }), leadsTo: FAILED },
  'without tid': { arrange: saying({ tid: undefined }), leadsTo: FAILED, only: ENTRA },
  'without oid': { arrange: saying({ oid: undefined }), leadsTo: FAILED, only: ENTRA },
  'with an oid that is no text': { arrange: saying({ oid: { $ne: null } }), leadsTo: FAILED, only: ENTRA },
  'of another tid than its issuer': {
    arrange: saying({ tid: anotherTenant }),
    leadsTo: ELSEWHERE,
    only: ENTRA,
  },
  'of version 1.0': { arrange: saying({ ver: '1.0' }), leadsTo: MISCONFIGURED, only: ENTRA },
  'without a version': { arrange: saying({ ver: undefined }), leadsTo: MISCONFIGURED, only: ENTRA },
  'with the at_hash of its access token': {
    arrange: inOrder(tokensOf({ access_token: 'known' }), saying({ at_hash: leftHalf('known') })),
    leadsTo: IN,
  },
  'with the at_hash of another access token': {
    arrange: inOrder(tokensOf({ access_token: 'known' }), saying({ at_hash: leftHalf('other') })),
    leadsTo: FAILED,
  },
  'with the c_hash of another code': { arrange: saying({ c_hash: leftHalf('other') }), leadsTo: FAILED },
  'with claims that are to be fetched elsewhere (_claim_sources)': {
    arrange: saying(({ url }) => ({
      roles: undefined,
      _claim_names: { groups: 'src1', email: 'src1' },
      _claim_sources: { src1: { endpoint: `${url}/evil/claims`, access_token: 'x' } },
    })),
    leadsTo: IN,
  },
  'with members that would change every object (__proto__)': {
    arrange: replaced((token, { sign }) => {
      const claims = JSON.stringify({ ...claimsOf(token), polluting: true });
      return sign(
        JSON.parse(claims.replace('"polluting":true', '"__proto__":{"polluted":true},"constructor":1')),
      );
    }),
    leadsTo: IN,
    also: () => expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false),
  },
};
