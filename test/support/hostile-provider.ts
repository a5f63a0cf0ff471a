import { createHmac, createPublicKey } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { exportJWK, generateKeyPair, type JSONWebKeySet, type JWK, SignJWT, UnsecuredJWT } from 'jose';
import { adminPersona } from '../../demo/personas.js';
import type { Endpoint } from '../../demo/simulator/faults.js';
import { claimsOf } from '../../demo/simulator/signing-keys.js';
import { type SimulatedMicrosoft, startSimulatedMicrosoft } from '../../demo/simulator/simulator.js';
import { REDIRECT_URI, startTestEntrance, type TestEntrance } from './entrance.js';
import { signInThrough } from './microsoft.js';

const MEGABYTE = 1_048_576;

/** A provider that does what it must not, and an installation that relies on it. */
export interface Stage {
  readonly microsoft: SimulatedMicrosoft;
  readonly entrance: TestEntrance;
  /** Paths below the provider's address that were asked for, without those of a usual sign-in. */
  readonly strayRequests: readonly string[];
  close(): Promise<void>;
}

/** Sets the stage: `arrange` says what the provider does, before anybody has asked it anything. */
export async function setStage(
  arrange: (microsoft: SimulatedMicrosoft) => void | Promise<void> = () => undefined,
): Promise<Stage> {
  const microsoft = await startSimulatedMicrosoft({ redirectUris: [REDIRECT_URI] });
  await arrange(microsoft);
  const strayRequests: string[] = [];
  const { raw } = microsoft.faults;
  microsoft.faults.raw = (endpoint, response) => {
    const path = response.req.url ?? '';
    if (endpoint === 'other' && !path.includes('/interaction/')) strayRequests.push(path);
    return raw?.(endpoint, response) ?? false;
  };
  const settings = { PLATFORM_ADMIN_EMAIL: undefined, PLATFORM_ADMIN_PASSWORD: undefined };
  const entrance = await startTestEntrance({ microsoft, settings });
  return {
    microsoft,
    entrance,
    strayRequests,
    async close() {
      await entrance.close();
      await microsoft.close();
    },
  };
}

/** What became of a sign-in: where it led, and whether anybody is signed in. */
export interface Outcome {
  readonly location: string;
  readonly signedIn: boolean;
}

/** Somebody signs in, as far as they get; `alter` changes what the browser brings back. */
export async function signInOn(
  { entrance }: Stage,
  { persona = 'admin', alter }: { persona?: string; alter?: ((callback: URL) => void) | undefined } = {},
): Promise<Outcome> {
  const browser = entrance.browser();
  const begun = await browser.get('/auth/sso/login/entra');
  let location = String(begun.headers.location);
  if (begun.status === 302) {
    const callback = await signInThrough(location, persona);
    alter?.(callback);
    const back = await browser.get(callback.pathname + callback.search).expect(303);
    location = String(back.headers.location);
  }
  const me = await browser.get('/auth/me').set('Accept', 'application/json');
  return { location, signedIn: me.status === 200 };
}

type Claims = Readonly<Record<string, unknown>>;
type Arrange = (microsoft: SimulatedMicrosoft) => void | Promise<void>;

/** The ID token says this beside the usual, or instead; `undefined` leaves a claim out. Properly signed. */
export function saying(claims: Claims | ((microsoft: SimulatedMicrosoft) => Claims)): Arrange {
  return (microsoft) => {
    const changes = typeof claims === 'function' ? claims(microsoft) : claims;
    microsoft.addPersona({ ...adminPersona, claims: changes });
  };
}

/** The ID token is properly signed below a header of this kind. */
export function headed(header: Claims): Arrange {
  return (microsoft) => {
    microsoft.faults.idToken = (token) => microsoft.sign(claimsOf(token), header);
  };
}

/** The ID token is replaced. */
export function replaced(
  replace: (token: string, microsoft: SimulatedMicrosoft) => string | Promise<string>,
): Arrange {
  return (microsoft) => {
    microsoft.faults.idToken = (token) => replace(token, microsoft);
  };
}

export const unsigned = replaced((token) => new UnsecuredJWT(claimsOf(token)).encode());

/** Signed with a key of the attacker's, below a header of the attacker's. */
export function forged(headerOf: (key: JWK, kid: string, microsoft: SimulatedMicrosoft) => Claims): Arrange {
  return replaced(async (token, microsoft) => {
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    const header = headerOf(await exportJWK(publicKey), kidOf(token), microsoft);
    return new SignJWT(claimsOf(token)).setProtectedHeader({ alg: 'RS256', ...header }).sign(privateKey);
  });
}

/** An HMAC under the provider's public key, which everybody knows. */
export const hmacWithThePublicKey: Arrange = (microsoft) => {
  microsoft.faults.metadata = { id_token_signing_alg_values_supported: ['RS256', 'HS256'] };
  microsoft.faults.idToken = async (token) => {
    const published = await fetch(`${microsoft.authority}/${microsoft.tenantId}/discovery/v2.0/keys`);
    const { keys } = (await published.json()) as JSONWebKeySet; // as the simulator publishes them
    const key = createPublicKey({ key: { ...keys[0] }, format: 'jwk' });
    const signed = [{ alg: 'HS256', typ: 'JWT', kid: kidOf(token) }, claimsOf(token)]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const pem = key.export({ type: 'spki', format: 'pem' });
    return `${signed}.${createHmac('sha256', pem).update(signed).digest('base64url')}`;
  };
};

/** Signed with a key that the provider does publish, by an algorithm or of a strength that it doesn't announce. */
export function signedAs(alg: 'ES256' | 'PS256' | 'RS256', modulusLength?: number): Arrange {
  return async (microsoft) => {
    const weak = modulusLength === undefined ? undefined : await weakKey(modulusLength);
    const { privateKey, publicKey } = weak ?? (await generateKeyPair(alg));
    const jwk = { ...(await exportJWK(publicKey)), kid: 'another' };
    microsoft.faults.keySet = ({ keys }) => ({ keys: [...keys, jwk] });
    microsoft.faults.idToken = async (token) => {
      const signed = [{ alg, kid: 'another' }, claimsOf(token)]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.');
      const algorithm =
        alg === 'ES256'
          ? { name: 'ECDSA', hash: 'SHA-256' }
          : { name: privateKey.algorithm.name, saltLength: 32 };
      const signature = await crypto.subtle.sign(algorithm, privateKey, Buffer.from(signed));
      return `${signed}.${Buffer.from(signature).toString('base64url')}`;
    };
  };
}

/** Answers of an endpoint, byte by byte. */
export function answering(endpoint: Endpoint, answer: (response: ServerResponse) => void): Arrange {
  return ({ faults }) => {
    faults.raw = (asked, response) => {
      if (asked === endpoint) answer(response);
      return asked === endpoint;
    };
  };
}

export const json = { 'Content-Type': 'application/json' };

/** JSON that goes on for twenty megabytes. */
export function endless(response: ServerResponse): void {
  response.writeHead(200, json);
  response.write('{"padding":"');
  for (let sent = 0; sent < 20; sent += 1) response.write('x'.repeat(MEGABYTE));
  response.end('"}');
}

/** A few kilobytes that unpack to fifty megabytes. */
export function bomb(response: ServerResponse): void {
  const packed = gzipSync(`{"padding":"${'x'.repeat(50 * MEGABYTE)}"}`);
  response.writeHead(200, { ...json, 'Content-Encoding': 'gzip' }).end(packed);
}

/** An answer that nobody asked for, and the end of HTTP on this connection. */
export function switchProtocols({ socket }: ServerResponse): void {
  socket?.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
}

/** One byte a second, for ever. */
export function trickle(response: ServerResponse): void {
  response.writeHead(200, json);
  const timer = setInterval(() => response.write(' '), 1_000).unref();
  response.on('close', () => clearInterval(timer));
}

export function silence(): void {}

export function redirectTo(location: string, status = 302) {
  return (response: ServerResponse) => void response.writeHead(status, { Location: location }).end();
}

export function kidOf(token: string): string {
  const header: unknown = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());
  return typeof header === 'object' && header !== null && 'kid' in header ? String(header.kid) : '';
}

async function weakKey(modulusLength: number) {
  const algorithm = {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength,
    publicExponent: new Uint8Array([1, 0, 1]),
  };
  return crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}
