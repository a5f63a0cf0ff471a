import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { generateKeyPair, SignJWT } from 'jose';
import pino from 'pino';
import { checkGraph } from '#entrance/providers/entra/inspection.js';
import type { Finding } from '#entrance/providers/inspection/finding.js';
import { createProviders } from '#entrance/providers/registry.js';
import { parseConfig } from '#entrance/settings.js';
import {
  type SimulatedMicrosoft,
  type SimulatorOptions,
  startSimulatedMicrosoft,
} from '../../demo/simulator/simulator.js';
import { makeCertificate, opensslFingerprint, type TestCertificate } from '../support/certificates.js';
import { REDIRECT_URI, usualSettings } from '../support/entrance.js';
import { freePort } from '../support/free-port.js';

const DAY = 24 * 60 * 60 * 1_000;

let made: TestCertificate;
let folder: string;
let microsoft: SimulatedMicrosoft;
beforeAll(() => {
  made = makeCertificate();
});
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'entrance-doctor-'));
  await start();
});
afterEach(async () => {
  await microsoft.close();
  rmSync(folder, { recursive: true });
});

async function start(options: Partial<SimulatorOptions> = {}): Promise<void> {
  microsoft = await startSimulatedMicrosoft({ redirectUris: [REDIRECT_URI], ...options });
}

function write(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function certificateSettings() {
  return {
    SSO_ENTRA_CLIENT_CERTIFICATE_FILE: write('certificate', made.certificate),
    SSO_ENTRA_CLIENT_KEY_FILE: write('key', made.key),
  };
}

async function examined(
  settings: Readonly<Record<string, string | undefined>> = {},
  now = () => Date.now(),
): Promise<readonly Finding[]> {
  const config = parseConfig({ ...usualSettings(microsoft), ...settings });
  const log = pino({ level: 'silent' });
  const [provider] = createProviders(config, { now }, log);
  if (provider === undefined) throw new Error('the provider is off');
  const findings = await provider.inspection.examine(now);
  for (const { severity, why, remedy } of findings) {
    if (severity !== 'ok') expect([why, remedy]).toEqual([expect.any(String), expect.any(String)]);
  }
  expect(JSON.stringify(findings)).not.toContain(microsoft.clientSecret);
  return findings;
}

async function found(...args: Parameters<typeof examined>): Promise<[string, string][]> {
  return (await examined(...args)).map(({ check, severity }) => [check, severity]);
}

const inAYear = () => new Date(Date.now() + 365 * DAY).toISOString();

test('what is set up right is found healthy; only the Graph of a simulation isn’t known', async () => {
  expect(await found({ SSO_ENTRA_CLIENT_SECRET_EXPIRES: inAYear() })).toEqual([
    ['discovery', 'ok'],
    ['issuer', 'ok'],
    ['provider_clock', 'ok'],
    ['signing_keys', 'ok'],
    ['credential', 'ok'],
    ['redirect_uri', 'ok'],
    ['graph', 'could_not_check'],
    ['credential_expiry', 'ok'],
  ]);
});

describe('discovery', () => {
  const undated = ['credential_expiry', 'could_not_check'];

  test('fails where nobody answers', async () => {
    microsoft.faults.down = true;
    expect(await found()).toEqual([['discovery', 'failed'], undated]);
  });

  test('fails where Microsoft has trouble', async () => {
    microsoft.faults.discoveryStatus = 503;
    expect(await found()).toEqual([['discovery', 'failed'], undated]);
  });

  test('fails for a tenant that isn’t there, and says which setting to change', async () => {
    const [finding] = await examined({ SSO_ENTRA_TENANT_ID: 'fabrikam.com' });
    expect(finding).toMatchObject({
      check: 'discovery',
      severity: 'failed',
      what: expect.stringContaining('AADSTS90002'),
      remedy: expect.stringContaining('SSO_ENTRA_TENANT_ID'),
    });
  });

  test('fails where the answer is no metadata', async () => {
    microsoft.faults.metadata = { issuer: undefined, authorization_endpoint: undefined };
    expect(await found()).toContainEqual(['discovery', 'failed']);
  });

  test('fails where the issuer is another one', async () => {
    const issuer = `${microsoft.authority}/11111111-2222-4333-8444-555555555555/v2.0`;
    microsoft.faults.metadata = { issuer };
    const finding = (await examined()).find(({ check }) => check === 'issuer');
    expect(finding).toMatchObject({ severity: 'failed', what: expect.stringContaining(issuer) });
  });
});

describe('the signing keys', () => {
  test('fail where they can’t be had', async () => {
    microsoft.faults.keysStatus = 404;
    expect(await found()).toContainEqual(['signing_keys', 'failed']);
  });

  test('may not be elsewhere than in the configured cloud', async () => {
    const jwks_uri = `http://127.0.0.1:${await freePort()}/keys`;
    microsoft.faults.metadata = { jwks_uri };
    const finding = (await examined()).find(({ check }) => check === 'issuer');
    expect(finding).toMatchObject({ severity: 'failed', what: expect.stringContaining(jwks_uri) });
  });
});

test.each([
  [5_000, 'ok'],
  [-5_000, 'ok'],
  [30_000, 'warning'],
  [-30_000, 'warning'],
  [90_000, 'failed'],
  [-90_000, 'failed'],
])('with Microsoft’s clock %i ms away it is %s', async (apart, severity) => {
  microsoft.faults.date = new Date(Date.now() + apart);
  const clock = (await examined()).find(({ check }) => check === 'provider_clock');
  expect(clock?.severity).toBe(severity);
  if (severity !== 'ok') expect(clock?.what).toContain(apart > 0 ? 'behind' : 'ahead');
});

describe('a credential', () => {
  const credentials = async (settings: Record<string, string | undefined>) =>
    (await examined(settings)).filter(({ check }) => check === 'credential');

  test('that is a wrong secret is told from a right one', async () => {
    expect(await credentials({ SSO_ENTRA_CLIENT_SECRET: 'QZX7~aB.cD_eF-wrong' })).toMatchObject([
      {
        severity: 'failed',
        what: expect.stringContaining('AADSTS7000215'),
        remedy: expect.stringContaining('Value'),
      },
    ]);
  });

  test('that is an expired secret is told as that', async () => {
    microsoft.credentials.expireSecret(microsoft.clientSecret);
    expect(await credentials({})).toMatchObject([
      { severity: 'failed', what: expect.stringContaining('AADSTS7000222') },
    ]);
  });

  test('that is refused beside one that is accepted is a warning', async () => {
    expect(
      await credentials({ SSO_ENTRA_CLIENT_SECRET: `QZX7~aB.cD_eF-wrong,${microsoft.clientSecret}` }),
    ).toMatchObject([
      { severity: 'warning', what: expect.stringContaining('secret 1 of 2') },
      { severity: 'ok', what: expect.stringContaining('secret 2 of 2') },
    ]);
  });

  test('that is a certificate is accepted, or is named by the thumbprint that the portal shows', async () => {
    const settings = { SSO_ENTRA_CLIENT_SECRET: undefined, ...certificateSettings() };
    const thumbprint = opensslFingerprint(made.certificate, 'sha1').toUpperCase();
    expect(await credentials(settings)).toMatchObject([
      {
        severity: 'failed',
        what: expect.stringContaining('AADSTS700027'),
        remedy: expect.stringContaining(thumbprint),
      },
    ]);
    await microsoft.close();
    await start({ certificates: [made.certificate] });
    expect(await credentials(settings)).toMatchObject([{ severity: 'ok' }]);
  });

  test('that is a federated token says what has to be registered', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    const token = await new SignJWT()
      .setProtectedHeader({ alg: 'RS256' })
      .setIssuer('https://oidc.cluster.example')
      .setSubject('system:serviceaccount:entrance:console')
      .setAudience('api://AzureADTokenExchange')
      .setExpirationTime('1h')
      .sign(privateKey);
    const [finding] = await credentials({
      SSO_ENTRA_CLIENT_SECRET: undefined,
      SSO_ENTRA_FEDERATED_TOKEN_FILE: write('token', token),
    });
    expect(finding).toMatchObject({ severity: 'failed', what: expect.stringContaining('AADSTS700211') });
    for (const part of ['https://oidc.cluster.example', 'system:serviceaccount:entrance:console', 'api://'])
      expect(finding?.remedy).toContain(part);
    expect(JSON.stringify(finding)).not.toContain('eyJ');
  });

  test('of which Microsoft says nothing can’t be checked', async () => {
    microsoft.faults.tokenEndpointStatus = 503;
    expect(await credentials({})).toMatchObject([{ severity: 'could_not_check' }]);
  });
});

describe('of several tenants', () => {
  const settings = (allowed: string) => ({
    SSO_ENTRA_TENANT_ID: 'organizations',
    SSO_ENTRA_ALLOWED_TENANTS: allowed,
    SSO_ENTRA_CLIENT_SECRET_EXPIRES: inAYear(),
  });

  test('a credential is tried at the first that is named', async () => {
    const [tenant, other] = [microsoft.tenantId, '5e0d7c3b-94a1-4f26-8b7c-d2f1a6e39805'];
    expect(await found(settings(`["*","${tenant}","${other}"]`))).toEqual([
      ['discovery', 'ok'],
      ['issuer', 'ok'],
      ['provider_clock', 'ok'],
      ['signing_keys', 'ok'],
      ['credential', 'ok'],
      ['redirect_uri', 'ok'],
      ['graph', 'could_not_check'],
      ['credential_expiry', 'ok'],
    ]);
    const wrong = { ...settings(tenant), SSO_ENTRA_CLIENT_SECRET: 'QZX7~aB.cD_eF-wrong' };
    expect(await found(wrong)).toContainEqual(['credential', 'failed']);
  });

  test('a credential can’t be checked where none is named', async () => {
    const credential = (await examined(settings('["*"]'))).filter(({ check }) => check === 'credential');
    expect(credential).toMatchObject([
      { severity: 'could_not_check', remedy: expect.stringContaining('SSO_ENTRA_ALLOWED_TENANTS') },
    ]);
  });
});

describe('expiry', () => {
  const expiry = async (settings: Record<string, string | undefined>, now?: () => number) =>
    (await examined(settings, now)).filter(({ check }) => check === 'credential_expiry');

  test.each([
    [61, 'ok'],
    [59, 'warning'],
    [-1, 'failed'],
  ])('of a secret, %i days before: %s', async (days, severity) => {
    const date = new Date(Date.now() + days * DAY).toISOString();
    expect(await expiry({ SSO_ENTRA_CLIENT_SECRET_EXPIRES: date })).toMatchObject([{ severity }]);
  });

  test.each([
    [0, 'ok'],
    [31 * DAY, 'warning'],
    [91 * DAY, 'failed'],
    [-DAY, 'failed'],
  ])('of a certificate of 90 days, %i ms later: %s', async (later, severity) => {
    const settings = { SSO_ENTRA_CLIENT_SECRET: undefined, ...certificateSettings() };
    expect(await expiry(settings, () => Date.now() + later)).toMatchObject([{ severity }]);
  });

  test('of a secret without a date can’t be checked', async () => {
    expect(await expiry({})).toMatchObject([
      {
        severity: 'could_not_check',
        remedy: expect.stringContaining('SSO_ENTRA_CLIENT_SECRET_EXPIRES'),
      },
    ]);
  });
});

describe('the redirect URI', () => {
  const redirectUri = async () => (await examined()).find(({ check }) => check === 'redirect_uri');

  test('fails where it isn’t registered, and is written out', async () => {
    await microsoft.close();
    await start({ redirectUris: ['http://localhost:8000/elsewhere'] });
    expect(await redirectUri()).toMatchObject({
      severity: 'failed',
      what: expect.stringContaining('AADSTS50011'),
      remedy: expect.stringContaining(REDIRECT_URI),
    });
  });

  test('can’t be checked where the answer isn’t clear', async () => {
    microsoft.faults.metadata = { authorization_endpoint: `${microsoft.authority}/nowhere` };
    expect(await redirectUri()).toMatchObject({ severity: 'could_not_check' });
  });
});

describe('Graph', () => {
  async function graphThatAnswers(status: number) {
    const server = createServer((_, response) => response.writeHead(status).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const findings = await checkGraph(`http://127.0.0.1:${(server.address() as AddressInfo).port}`); // TCP
    server.close();
    server.closeAllConnections();
    return findings;
  }

  test('that asks for a token is reached', async () => {
    expect(await graphThatAnswers(401)).toMatchObject([{ severity: 'ok' }]);
  });
  test('that has trouble is warned of', async () => {
    expect(await graphThatAnswers(502)).toMatchObject([{ severity: 'warning' }]);
  });
  test('that doesn’t answer is warned of', async () => {
    expect(await checkGraph(`http://127.0.0.1:${await freePort()}`)).toMatchObject([
      { severity: 'warning', what: expect.stringContaining('ECONNREFUSED') },
    ]);
  });
});
