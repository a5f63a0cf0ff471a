import assert from 'node:assert/strict';
import { uuidv7 } from '../../identity/uuid.js';
import type { CustomProvider } from '../../providers/custom/custom-provider.js';
import { prefixOf } from '../../providers/generic/ids.js';
import { createTestEntrance } from '../entrance.js';
import { partsOf } from '../open-entrances.js';
import type { ProviderStandIn, StandInPerson } from '../stand-in.js';
import { type Browser, type HostApp, startHostApp } from './browser.js';

/** A group that gives `ROLE`. A GUID, since some providers name groups by nothing else. */
export const GROUP = '5c3f0a52-7a3e-4d0b-9a0f-0d6a5b1c9e77';
export const ROLE = 'contract-role';
/** Another provider of the same app, whose answers are about somebody else. */
export const OTHER_ID = 'entrance-contract-other';
const OTHER_PERSON = { subject: 'mallory', email: 'mallory@acmecorp.com', emailVerified: true };

/** The end of a sign-in, as the browser sees it. */
export interface Ended {
  /** The code of the refusal; undefined if there was none. */
  readonly refusal: string | undefined;
  readonly user: Awaited<ReturnType<Browser['user']>>;
}

/** A provider in a running host app, and what a rule does with it. */
export interface ProviderWorld {
  readonly standIn: ProviderStandIn;
  readonly parts: ReturnType<typeof partsOf>;
  browser(): Browser;
  /** Begins a sign-in: the address to which the browser is sent. */
  begin(browser: Browser): Promise<URL>;
  /** Walks through the provider: the address of the callback with the answer. */
  answerTo(begun: URL): Promise<URL>;
  /** Follows an answer to our callback. */
  finish(browser: Browser, answer: URL): Promise<Ended>;
  /** A whole sign-in of this person, in a browser of its own by default. */
  signIn(person: StandInPerson | undefined, browser?: Browser): Promise<Ended>;
  /** Adds an account for this address, which its person has never signed in to. */
  addAhead(email: string): Promise<string>;
  close(): Promise<void>;
}

const MOST_REDIRECTS = 10;

export async function openProviderWorld(standIn: ProviderStandIn): Promise<ProviderWorld> {
  const { options, prefix = prefixOf(standIn.provider), provider } = standIn;
  const entrance = await createTestEntrance({
    providers: [...(options.providers ?? []), otherProvider(standIn)],
    settings: { SSO_ENABLED: true, ...options.settings, [`${prefix}_ROLE_MAPPINGS`]: { [GROUP]: ROLE } },
  });
  const parts = partsOf(entrance);
  const { origin, path } = parts.config.server.baseUrl;
  const callback = `${origin}${path}/auth/sso/callback/${provider}`;
  const app: HostApp = await startHostApp(entrance, origin);
  const close = async () => {
    await app.close();
    await entrance.close();
    await standIn.close();
  };
  if (!parts.providers.some(({ id }) => id === provider)) {
    await close();
    throw new TypeError(`the options of the stand-in turn no provider ${provider} on`);
  }

  const world: ProviderWorld = {
    standIn,
    parts,
    browser: app.browser,
    async begin(browser) {
      const { location, text } = await browser.get(`${path}/auth/sso/login/${provider}`);
      assert.ok(
        location !== undefined && URL.canParse(location),
        `no address to sign in at: ${location ?? text}`,
      );
      return new URL(location);
    },
    async answerTo(begun) {
      let at = begun;
      for (let redirects = 0; redirects < MOST_REDIRECTS; redirects += 1) {
        if (at.href.startsWith(callback)) return at;
        const answer = await fetch(at, { redirect: 'manual' });
        const location = answer.headers.get('location');
        assert.ok(
          location !== null,
          `the stand-in answers ${at.pathname} with ${answer.status}, and leads nowhere`,
        );
        at = new URL(location, at);
      }
      return assert.fail(`the stand-in doesn’t lead back to ${callback}`);
    },
    async finish(browser, { pathname, search }) {
      const { location = '', status, text } = await browser.get(pathname + search);
      assert.equal(status, 303, `the callback answers ${status}: ${text.slice(0, 200)}`);
      const refusal = new URL(location, origin).searchParams.get('error') ?? undefined;
      return { refusal, user: await browser.user() };
    },
    async signIn(person, browser = app.browser()) {
      standIn.signIn(person);
      return world.finish(browser, await world.answerTo(await world.begin(browser)));
    },
    async addAhead(email) {
      const id = uuidv7(parts.clock.now());
      const outcome = await parts.directory.create({
        id,
        email,
        fullName: 'Added ahead',
        provider,
        providerId: null,
        providerScope: null,
        status: 'active',
        decision: null,
        roles: [],
        teams: [],
        createdAt: new Date(parts.clock.now()).toISOString(),
        lastLoginAt: null,
      });
      assert.ok('user' in outcome);
      return id;
    },
    close,
  };
  return world;
}

/** It sends people where the provider under test does, and takes any answer for Mallory's. */
function otherProvider({ options }: ProviderStandIn): CustomProvider {
  const [first] = options.providers ?? [];
  return {
    id: OTHER_ID,
    name: 'Another provider',
    ...(first !== undefined && 'issuer' in first && { issuer: first.issuer }),
    begin: ({ redirectUri, state }) =>
      `https://provider.invalid/authorize?${new URLSearchParams({ redirect_uri: redirectUri, state })}`,
    complete: () => OTHER_PERSON,
  };
}
