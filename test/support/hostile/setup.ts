import type { Response, Agent as TestAgent } from 'supertest';
import { startSimulatedMicrosoft } from '../../../demo/simulator/simulator.js';
import {
  cookieSetBy,
  REDIRECT_URI,
  SESSION_COOKIE,
  startTestEntrance,
  type TestEntrance,
} from '../entrance.js';
import { startHostileEntra } from './entra.js';
import { startHostileOpenId } from './openid.js';
import {
  type Arrange,
  type HostileOpenIdProvider,
  type HostileProvider,
  noFaults,
  type ProviderId,
} from './provider.js';
import { shapes } from './shapes.js';

/** A provider that does what it must not, and an installation that relies on it. */
export interface Setup<P extends HostileProvider = HostileOpenIdProvider> {
  readonly provider: P;
  readonly entrance: TestEntrance;
  close(): Promise<void>;
}

/** How each provider is started that speaks OpenID Connect. */
export const openIdProviders: readonly (readonly [ProviderId, () => Promise<HostileOpenIdProvider>])[] = [
  ['entra', startHostileEntra],
  ...shapes.map((shape) => [shape.id, () => startHostileOpenId(shape)] as const),
];

/** @param publish what the provider publishes: an entrance reads it soon after its start */
export async function startSetup<P extends HostileProvider>(
  start: () => Promise<P>,
  publish?: Arrange<P>,
): Promise<Setup<P>> {
  const provider = await start();
  await publish?.(provider);
  const nobody = { PLATFORM_ADMIN_EMAIL: undefined, PLATFORM_ADMIN_PASSWORD: undefined };
  const settings = { ...nobody, ...provider.settings };
  const entrance = await startTestEntrance({ microsoft: await unusedMicrosoft(), settings });
  return {
    provider,
    entrance,
    async close() {
      await entrance.close();
      await provider.close();
    },
  };
}

/** The same provider, for another entrance that knows nothing of it yet. */
export async function withNewEntrance<P extends HostileProvider>(
  { entrance: { config }, provider }: Setup<P>,
  publish?: Arrange<P>,
): Promise<Setup<P>> {
  await publish?.(provider);
  const entrance = await startTestEntrance({ microsoft: await unusedMicrosoft(), config });
  return { provider, entrance, close: () => entrance.close() };
}

/** Stands in where an entrance for tests has a Microsoft, although another provider is on. */
let unused: ReturnType<typeof startSimulatedMicrosoft> | undefined;

function unusedMicrosoft() {
  unused ??= startSimulatedMicrosoft({ redirectUris: [REDIRECT_URI] });
  return unused;
}

export async function closeUnusedMicrosoft(): Promise<void> {
  await (await unused)?.close();
  unused = undefined;
}

/** Takes back what was arranged, and forgets what was asked. */
export function reset({ faults, requests, strayRequests }: HostileProvider): void {
  Object.assign(faults, noFaults());
  for (const endpoint of ['discovery', 'jwks', 'token', 'rights'] as const) requests[endpoint] = 0;
  strayRequests.length = 0;
}

/** What became of a sign-in: where it led, and whether anybody is signed in. */
export interface Outcome {
  readonly location: string;
  readonly isSignedIn: boolean;
}

export const loginPath = ({ id }: HostileProvider) => `/auth/sso/login/${id}`;

/** Somebody signs in, as far as they get; `alter` changes what the browser brings back. */
export async function signInOn(
  { entrance, provider }: Setup<HostileProvider>,
  {
    alter = () => undefined,
    browser = entrance.browser(),
  }: { readonly alter?: ((callback: URL) => void) | undefined; readonly browser?: TestAgent } = {},
): Promise<Outcome> {
  const begun = await browser.get(loginPath(provider));
  const address = String(begun.headers.location);
  if (begun.status !== 302) return { location: address, isSignedIn: false };
  const callback = await provider.signIn(address);
  alter(callback);
  const back = await browser.get(callback.pathname + callback.search).expect(303);
  return outcomeOf(back);
}

export function outcomeOf(back: Response): Outcome {
  const isSignedIn = cookieSetBy(back, SESSION_COOKIE) !== undefined;
  return { location: String(back.headers.location), isSignedIn };
}
