import { createPublicKey } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { ClientCertificate, chooseCertificate, parseKeyPair } from '#entrance/config/client-certificate.js';
import { certificateCredential } from '#entrance/providers/credentials/certificate.js';
import { makeCertificate, opensslFingerprint, type TestCertificate } from '../../support/certificates.js';

const VARIABLES = {
  certificate: 'SSO_ENTRA_CLIENT_CERTIFICATE_FILE',
  key: 'SSO_ENTRA_CLIENT_KEY_FILE',
};

const CLIENT_ID = '1b7e4d3a-9c26-4f08-a5d1-6e0c82f39b47';
const metadata = {
  issuer: 'https://login.microsoftonline.com/3f6e2a8c-5b1d-4c97-8e0a-b7d94f21c650/v2.0',
  token_endpoint: 'https://login.microsoftonline.com/3f6e2a8c-5b1d-4c97-8e0a-b7d94f21c650/oauth2/v2.0/token',
};

let made: TestCertificate;
beforeAll(() => {
  made = makeCertificate();
});

/** What would be sent to the token endpoint. */
async function sent(assertion: 'ps256' | 'legacy'): Promise<URLSearchParams> {
  const pair = parseKeyPair(Buffer.from(made.certificate), Buffer.from(made.key), VARIABLES);
  const source = new ClientCertificate(() => chooseCertificate(pair, Date.now()));
  const authenticate = await certificateCredential(source, assertion).authentication(metadata);
  const body = new URLSearchParams();
  await authenticate(metadata, { client_id: CLIENT_ID }, body, new Headers());
  return body;
}

async function verified(body: URLSearchParams) {
  return jwtVerify(body.get('client_assertion') ?? '', createPublicKey(made.certificate));
}

const hex = (base64url: unknown) => Buffer.from(String(base64url), 'base64url').toString('hex');

describe('certificate assertions: the right thumbprint header, of the DER and not of the PEM', () => {
  test('names it by the SHA-256 of its DER, as openssl counts it', async () => {
    const header = decodeProtectedHeader((await sent('ps256')).get('client_assertion') ?? '');
    expect(header).toEqual({ alg: 'PS256', typ: 'JWT', 'x5t#S256': expect.any(String) });
    expect(hex(header['x5t#S256'])).toBe(opensslFingerprint(made.certificate, 'sha256'));
  });

  test('names it by the SHA-1 of its DER in clouds that want it so', async () => {
    const header = decodeProtectedHeader((await sent('legacy')).get('client_assertion') ?? '');
    expect(header).toEqual({ alg: 'RS256', typ: 'JWT', x5t: expect.any(String) });
    expect(hex(header.x5t)).toBe(opensslFingerprint(made.certificate, 'sha1'));
  });

  test.each(['ps256', 'legacy'] as const)(
    'is signed by its key, for the token endpoint (%s)',
    async (how) => {
      const body = await sent(how);
      expect(body.get('client_id')).toBe(CLIENT_ID);
      expect(body.get('client_assertion_type')).toBe(
        'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      );
      const { payload } = await verified(body);
      const { iat = 0 } = payload;
      expect(payload).toEqual({
        iss: CLIENT_ID,
        sub: CLIENT_ID,
        aud: metadata.token_endpoint,
        jti: expect.any(String),
        iat: expect.any(Number),
        nbf: iat,
        exp: iat + 300,
      });
    },
  );

  test('is another one for each request', async () => {
    const ids = await Promise.all(
      [sent('ps256'), sent('ps256')].map(async (body) => (await verified(await body)).payload.jti),
    );
    expect(new Set(ids).size).toBe(2);
  });
});
