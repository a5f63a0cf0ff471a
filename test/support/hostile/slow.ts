import { endsWithin, until } from '../timing.js';
import type { HostileOpenIdProvider, HostileProvider } from './provider.js';
import type { Row } from './row.js';
import { loginPath, type Outcome, outcomeOf, signInOn, startSetup, withNewEntrance } from './setup.js';

/** Ten seconds in all, and something for what goes on around them: twice six seconds are more. */
const IN_TIME_MS = 11_500;
/** Of a sign-in that goes no further than its beginning, which loads what speaks OpenID Connect first. */
const BEGUN_IN_TIME_MS = 19_000;

export interface Timed extends Outcome {
  /** Whether the callback alone is in time, or the beginning if it goes no further. */
  readonly isInTime: boolean;
}

/** A sign-in that has begun, and waits for its provider. */
export interface SlowSignIn {
  readonly timed: Promise<Timed>;
}

/** Begins a row on a setup of its own. Unless it is about what is published, the entrance knows that beforehand. */
export async function startSlowSignIn<P extends HostileProvider>(
  start: () => Promise<P>,
  { alter, arrange, publishes }: Row<P>,
): Promise<SlowSignIn> {
  const setup = await startSetup(start);
  const { provider } = setup;
  if (publishes === undefined) await signInOn(setup);
  await publishes?.(provider);
  await arrange?.(provider);
  let isAtCallback = false;
  const outcome: Promise<Outcome> = signInOn(setup, {
    alter(callback) {
      alter?.(callback, setup);
      isAtCallback = true;
      isInTime = endsWithin(IN_TIME_MS, outcome);
    },
  });
  let isInTime = endsWithin(BEGUN_IN_TIME_MS, outcome);
  await until(() => isAtCallback || (publishes !== undefined && provider.requests.discovery > 0));
  const timed = async () => ({ ...(await outcome), isInTime: await isInTime });
  return { timed: timed().finally(() => setup.close()) };
}

/** The callback reaches another instance than the one that the sign-in was begun on, and that one reads the metadata first. */
export async function startOnAnotherInstance(
  start: () => Promise<HostileOpenIdProvider>,
): Promise<SlowSignIn> {
  const here = await startSetup(start);
  const { entrance, provider } = here;
  const begun = await entrance.browser().get(loginPath(provider)).expect(302);
  const { pathname, search } = await provider.signIn(String(begun.headers.location));
  provider.faults.delayMs = 6_000;
  const there = await withNewEntrance(here);
  const cookie = String(begun.headers['set-cookie']).split(';')[0] ?? '';
  const request = there.entrance
    .browser()
    .get(pathname + search)
    .set('Cookie', cookie);
  const outcome = request.then(outcomeOf);
  const isInTime = endsWithin(IN_TIME_MS, outcome);
  const timed = async () => ({ ...(await outcome), isInTime: await isInTime });
  const close = () => there.close().then(() => here.close());
  return { timed: timed().finally(close) };
}
