import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import request from 'supertest';
import {
  type SimulatedMicrosoft,
  type SimulatorOptions,
  startSimulatedMicrosoft,
} from '../../demo/simulator/simulator.js';
import { makeCertificate, type TestCertificate } from '../support/certificates.js';
import { REDIRECT_URI, startTestEntrance, type TestEntrance } from '../support/entrance.js';

const NO_SECRET = { SSO_ENTRA_CLIENT_SECRET: undefined };
const PLATFORM = {
  issuer: 'https://oidc.cluster.example',
  subject: 'system:serviceaccount:entrance:console',
};

let folder: string;
let registered: TestCertificate;
let stranger: TestCertificate;
let platform: { privateKey: CryptoKey; keys: { keys: JWK[] } };
let microsoft: SimulatedMicrosoft;
let entrance: TestEntrance;

beforeAll(async () => {
  registered = makeCertificate();
  stranger = makeCertificate();
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  platform = { privateKey, keys: { keys: [{ ...(await exportJWK(publicKey)), alg: 'RS256' }] } };
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'entrance-credentials-'));
});
afterEach(async () => {
  await entrance.close();
  await microsoft.close();
  rmSync(folder, { recursive: true });
});

async function start(
  settings: Readonly<Record<string, string | undefined>>,
  options: Partial<SimulatorOptions> = {},
): Promise<void> {
  microsoft = await startSimulatedMicrosoft({
    redirectUris: [REDIRECT_URI],
    certificates: [registered.certificate],
    federatedCredentials: [{ ...PLATFORM, keys: platform.keys }],
    ...options,
  });
  entrance = await startTestEntrance({ microsoft, settings });
}

/** As an operator replaces a file: at once. */
function write(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(`${path}.new`, content);
  renameSync(`${path}.new`, path);
  return path;
}

function certificateSettings({ certificate, key }: TestCertificate) {
  return {
    SSO_ENTRA_CLIENT_CERTIFICATE_FILE: write('certificate.pem', certificate),
    SSO_ENTRA_CLIENT_KEY_FILE: write('key.pem', key),
  };
}

function federatedToken(
  changes: { expires?: string; subject?: string; issuer?: string } = {},
): Promise<string> {
  return new SignJWT({})
    .setProtectedHeader({ alg: 'RS256' })
    .setIssuer(changes.issuer ?? PLATFORM.issuer)
    .setSubject(changes.subject ?? PLATFORM.subject)
    .setAudience('api://AzureADTokenExchange')
    .setExpirationTime(changes.expires ?? '1h')
    .sign(platform.privateKey);
}

/** Where a sign-in of the administrator leads. */
async function signIn(): Promise<string> {
  const browser = entrance.browser();
  const landed = await browser.get(await entrance.callbackFor(browser, 'admin')).expect(303);
  return String(landed.headers.location);
}

const IN = '/admin';
const MISCONFIGURED = '/admin/login?error=sso_misconfigured';
const refused = () => entrance.logged.filter((line) => line.includes('did not accept a credential'));

describe('a certificate', () => {
  test('signs people in without a secret', async () => {
    await start({ ...NO_SECRET, ...certificateSettings(registered) });
    expect(await signIn()).toBe(IN);
    expect(refused()).toEqual([]);
  });

  test('signs people in as clouds want it that know RS256 and x5t alone', async () => {
    await start({
      ...NO_SECRET,
      ...certificateSettings(registered),
      SSO_ENTRA_CLIENT_ASSERTION: 'legacy',
    });
    expect(await signIn()).toBe(IN);
  });

  test('may come with its chain: the first is the application’s own', async () => {
    const chain = { ...registered, certificate: registered.certificate + stranger.certificate };
    await start({ ...NO_SECRET, ...certificateSettings(chain) });
    expect(await signIn()).toBe(IN);
  });

  test('that isn’t registered is told as that', async () => {
    await start({ ...NO_SECRET, ...certificateSettings(stranger) });
    expect(await signIn()).toBe(MISCONFIGURED);
    expect(refused()[0]).toContain('AADSTS700027');
  });

  test('is replaced without a restart, and a half-written pair leaves the one before in force', async () => {
    const next = makeCertificate();
    await start({ ...NO_SECRET, ...certificateSettings(stranger) }, { certificates: [next.certificate] });
    expect(await signIn()).toBe(MISCONFIGURED);
    write('certificate.pem', next.certificate);
    entrance.pass(2_000);
    expect(await signIn()).toBe(MISCONFIGURED);
    write('key.pem', next.key);
    entrance.pass(2_000);
    expect(await signIn()).toBe(IN);
  });
});

describe('a federated token', () => {
  test('signs people in without a secret', async () => {
    await start({
      ...NO_SECRET,
      SSO_ENTRA_FEDERATED_TOKEN_FILE: write('token', `${await federatedToken()}\n`),
    });
    expect(await signIn()).toBe(IN);
  });

  test('is found where Azure’s webhook says it is', async () => {
    await start({ ...NO_SECRET, AZURE_FEDERATED_TOKEN_FILE: write('token', await federatedToken()) });
    expect(await signIn()).toBe(IN);
  });

  test('isn’t read once and reused after it expired: it is read for every request', async () => {
    const path = write('token', await federatedToken({ expires: '-1m' }));
    await start({ ...NO_SECRET, SSO_ENTRA_FEDERATED_TOKEN_FILE: path });
    expect(await signIn()).toBe(MISCONFIGURED);
    write('token', await federatedToken());
    expect(await signIn()).toBe(IN);
  });

  test('whose file is gone gives way to the next credential', async () => {
    const path = write('token', await federatedToken());
    await start({ SSO_ENTRA_FEDERATED_TOKEN_FILE: path });
    rmSync(path);
    expect(await signIn()).toBe(IN);
    expect(refused()[0]).toContain('federated token');
  });
});

describe('the chain', () => {
  test('goes from the federated token over the certificate and a wrong secret to the right one', async () => {
    const secrets = write(
      'secrets',
      'a-wrong-secret~9vB2xQ7mK4\nan-expired-secret~H6nD3jF8cY\nthe-right-secret~pL4k8Tq2Zr',
    );
    await start({
      ...NO_SECRET,
      ...certificateSettings(stranger),
      SSO_ENTRA_FEDERATED_TOKEN_FILE: write('token', await federatedToken({ subject: 'somebody else' })),
      SSO_ENTRA_CLIENT_SECRET_FILE: secrets,
    });
    microsoft.credentials.addSecret('an-expired-secret~H6nD3jF8cY');
    microsoft.credentials.expireSecret('an-expired-secret~H6nD3jF8cY');
    microsoft.credentials.addSecret('the-right-secret~pL4k8Tq2Zr');
    expect(await signIn()).toBe(IN);
    expect(refused().map((line) => [JSON.parse(line).credential, /AADSTS\d+/.exec(line)?.[0]])).toEqual([
      ['federated token', 'AADSTS700213'],
      ['certificate', 'AADSTS700027'],
      ['secret 1 of 3', 'AADSTS7000215'],
      ['secret 2 of 3', 'AADSTS7000222'],
    ]);
    expect(entrance.logged.join()).not.toMatch(/wrong-secret|an-expired|right-secret|eyJ/);
  });

  test('goes on where the number says that the credential is meant, though the error is another', async () => {
    await start({ SSO_ENTRA_CLIENT_SECRET: 'k4Tq~vB2xQ7mK4.pL,w9Zr~sH6nD3jF8.cY' });
    microsoft.faults.tokenEndpointError = {
      error: 'invalid_request',
      error_description: 'AADSTS70021: No matching federated identity record found for presented assertion.',
      error_codes: [70021],
    };
    const asked = microsoft.requests.token;
    await signIn();
    expect(microsoft.requests.token - asked).toBe(2);
  });

  test('ends at once where it isn’t the credential that is refused', async () => {
    await start({ SSO_ENTRA_CLIENT_SECRET: 'k4Tq~vB2xQ7mK4.pL,w9Zr~sH6nD3jF8.cY' });
    microsoft.faults.tokenEndpointError = {
      error: 'invalid_grant',
      error_description: 'no',
      error_codes: [],
    };
    const asked = microsoft.requests.token;
    expect(await signIn()).toBe('/admin/login?error=sso_failed');
    expect(microsoft.requests.token - asked).toBe(1);
  });

  test('stops after the last one', async () => {
    await start({});
    microsoft.credentials.expireSecret(microsoft.clientSecret);
    expect(await signIn()).toBe(MISCONFIGURED);
    expect(entrance.logged.join()).toContain('AADSTS7000222');
  });
});

describe('rotation needs no restart: a secret’s file that is replaced while the server runs', () => {
  test('holds for the next sign-in, two seconds later', async () => {
    const path = write('secret', 'the-first-secret~9vB2xQ7mK4');
    await start({ ...NO_SECRET, SSO_ENTRA_CLIENT_SECRET_FILE: path });
    microsoft.credentials.addSecret('the-first-secret~9vB2xQ7mK4');
    expect(await signIn()).toBe(IN);

    microsoft.credentials.deleteSecret('the-first-secret~9vB2xQ7mK4');
    microsoft.credentials.addSecret('the-second-secret~H6nD3jF8cY');
    write('secret', 'the-second-secret~H6nD3jF8cY');
    entrance.pass(2_000);
    expect(await signIn()).toBe(IN);
    expect(refused()).toEqual([]);
  });

  test('doesn’t fail a sign-in that is under way', async () => {
    const path = write('secret', 'the-first-secret~9vB2xQ7mK4');
    await start({ ...NO_SECRET, SSO_ENTRA_CLIENT_SECRET_FILE: path });
    microsoft.credentials.addSecret('the-first-secret~9vB2xQ7mK4');
    const browser = entrance.browser();
    const callback = await entrance.callbackFor(browser, 'admin');

    microsoft.credentials.addSecret('the-second-secret~H6nD3jF8cY');
    write('secret', 'the-second-secret~H6nD3jF8cY');
    microsoft.credentials.deleteSecret('the-first-secret~9vB2xQ7mK4');
    entrance.pass(2_000);
    expect((await browser.get(callback).expect(303)).headers.location).toBe(IN);
  });
});

describe('no secret expires unannounced: what expires soon', () => {
  test('is in the log from the start, and in the metrics', async () => {
    const date = new Date(Date.now() + 20 * 24 * 60 * 60 * 1_000).toISOString();
    await start({ ...certificateSettings(registered), SSO_ENTRA_CLIENT_SECRET_EXPIRES: date });
    const warned = entrance.logged.filter((line) => line.includes('expires within'));
    expect(warned.map((line) => JSON.parse(line))).toMatchObject([
      { level: 40, credential: 'secret', daysLeft: 19, urgency: 'within_30_days' },
    ]);

    entrance.pass(24 * 60 * 60 * 1_000);
    const { text } = await request(entrance.app).get('/metrics').expect(200);
    const days = (kind: string) => {
      const line = new RegExp(
        `^entrance_credential_expires_in_seconds\\{.*credential="${kind}"\\} (.*)$`,
        'm',
      );
      return Number(line.exec(text)?.[1]) / (24 * 60 * 60);
    };
    expect(days('secret')).toBeCloseTo(19, 2);
    expect(days('certificate')).toBeCloseTo(89, 2);
  });
});

test('an expired secret becomes a page that says what has to happen', async () => {
  await start({});
  const browser = entrance.browser();
  const back = await browser.get(await entrance.callbackFor(browser, 'secret-expired')).expect(303);
  const page = await browser.get(String(back.headers.location)).expect(200);
  expect(page.text).toContain('AADSTS7000222');
  expect(page.text).toContain('has expired');
});
