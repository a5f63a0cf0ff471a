import type express from 'express';
import type { Express } from 'express';
import pino from 'pino';
import type { Agent as TestAgent } from 'supertest';
import request from 'supertest';
import { createApp } from '#entrance/app.js';
import type { Clock } from '#entrance/clock.js';
import type { Config } from '#entrance/config/config.js';
import { cookieName } from '#entrance/config/cookie-name.js';
import type { User } from '#entrance/directory/directory.js';
import type { Extensions } from '#entrance/extensions.js';
import { PLATFORM_ADMIN } from '#entrance/identity/roles.js';
import { uuidv7 } from '#entrance/identity/uuid.js';
import { type Opened, openEntrance } from '#entrance/open-entrance.js';
import { createFormOwners } from '#entrance/pages/form-owners.js';
import { createCookieReader } from '#entrance/session/cookie.js';
import { parseConfig } from '#entrance/settings.js';
import { openStores, type Stores } from '#entrance/stores.js';
import type { Scope } from '#entrance/tokens/api-token.js';
import { issueToken } from '#entrance/tokens/tokens.js';
import { type SimulatedMicrosoft, startSimulatedMicrosoft } from '../../demo/simulator/simulator.js';
import { documentedCheck, watchAnswers } from './api-document.js';
import { signInThrough } from './microsoft.js';
import { newPerson, written } from './people.js';
import { type RedisServer, startRedisServer } from './redis-server.js';
import { until } from './timing.js';

export const BASE_URL = 'http://localhost:8000';
export const REDIRECT_URI = `${BASE_URL}/auth/sso/callback/entra`;
/** The session’s cookie at `BASE_URL`. */
export const SESSION_COOKIE = 'entrance-8000';
export const LOCAL_ADMIN = {
  email: 'root@contoso.com',
  password: 'plum-harbour-violin-92',
  fullName: 'Local Administrator',
};
/** Of that password, as `hashPassword` made it. */
const LOCAL_ADMIN_HASH =
  '$argon2id$v=19$m=19456,t=2,p=1$43LB4eXh+ZadDQ+fBjlTBQ$qrr7HZNaSDOjyzA5Bn6+tVCfz6o44VKf3xmhooTqRJA';

/** Both kinds of store, for suites that run on each. */
export const storeKinds = ['memory', 'Redis'] as const;
export type StoreKind = (typeof storeKinds)[number];

export interface TestEntrance {
  readonly app: Express;
  readonly config: Config;
  readonly deps: Opened['deps'];
  readonly microsoft: SimulatedMicrosoft;
  readonly redis: RedisServer | undefined;
  readonly logged: readonly string[];
  /** Turns the clock forward, milliseconds. */
  pass(milliseconds: number): void;
  /** A browser of its own: keeps cookies, asks for HTML, says that it is on our page, and that it sends its own person’s forms. */
  browser(): TestAgent;
  /** Signs a persona in, in a new browser. */
  signIn(persona: string): Promise<TestAgent>;
  /** Begins in this browser, walks through Microsoft, and gives the callback's path and query without following it. */
  callbackFor(browser: TestAgent, persona: string, begin?: string): Promise<string>;
  addUser(changes?: Partial<User>): Promise<User>;
  token(...scopes: Scope[]): Promise<string>;
  /** Rejects where the API answered otherwise than it is documented. */
  close(): Promise<void>;
}

export interface TestEntranceOptions {
  readonly store?: StoreKind;
  /** Settings in place of the usual ones; `undefined` leaves one out. */
  readonly settings?: Readonly<Record<string, string | undefined>>;
  /** Another instance’s configuration in place of all settings. */
  readonly config?: Config;
  readonly microsoft?: SimulatedMicrosoft;
  readonly extensions?: Extensions;
  /** Another instance on the same Redis. */
  readonly redis?: RedisServer;
}

/** The whole app against a real store and the simulated Microsoft, with a clock that tests can turn. */
export async function startTestEntrance(options: TestEntranceOptions = {}): Promise<TestEntrance> {
  const microsoft = options.microsoft ?? (await startSimulatedMicrosoft({ redirectUris: [REDIRECT_URI] }));
  const redis = options.redis ?? (options.store === 'Redis' ? await startRedisServer() : undefined);
  let ahead = 0;
  const clock = { now: () => Date.now() + ahead };
  const config =
    options.config ??
    parseConfig({ ...usualSettings(microsoft), REDIS_URL: redis?.url, ...options.settings }, { clock });
  const logged: string[] = [];
  const log = pino({ level: 'debug', base: null }, { write: (line: string) => void logged.push(line) });
  const stores = openStores(config, log, clock, options.extensions);
  await untilReachable(stores.pingStore);
  const isThere = options.extensions === undefined && (await addAdministrator(config, stores, clock));
  const opened = openEntrance(isThere ? withoutAdministrator(config) : config, {
    ...{ stores, clock, log },
    extensions: options.extensions,
  });
  await opened.administratorReady;
  const deps = { ...opened.deps, config };
  const app = createApp(deps);
  const mismatches = watchAnswers(app, () => documentedCheck(deps));

  const browser = () =>
    sendingOwnForms(deps, request.agent(app)).set({
      Accept: 'text/html',
      'Sec-Fetch-Site': 'same-origin',
      'Sec-Fetch-Mode': 'navigate',
      'Sec-Fetch-Dest': 'document',
    });
  const callbackFor = async (visitor: TestAgent, persona: string, begin = '/auth/sso/login/entra') => {
    const begun = await visitor.get(begin).expect(302);
    const begunAt = String(begun.headers.location).replace(microsoft.authority, microsoft.address);
    const { pathname, search } = await signInThrough(begunAt, persona);
    return pathname + search;
  };

  return {
    app,
    config,
    deps,
    microsoft,
    redis,
    logged,
    browser,
    callbackFor,
    pass(milliseconds) {
      ahead += milliseconds;
    },
    async signIn(persona) {
      const visitor = browser();
      await visitor.get(await callbackFor(visitor, persona)).expect(303);
      return visitor;
    },
    async addUser(changes = {}) {
      const id = changes.id ?? uuidv7(clock.now());
      const user = newPerson({
        id,
        email: `${id}@contoso.com`,
        providerId: `oid-${id}`,
        providerScope: microsoft.tenantId,
        createdAt: new Date(clock.now()).toISOString(),
        ...changes,
      });
      return written(await deps.directory.create(user));
    },
    async token(...scopes) {
      const { token } = await issueToken(
        deps.tokens,
        { name: 'test', scopes, expiresInDays: 1, createdBy: null },
        clock,
      );
      return token;
    },
    async close() {
      await opened.close();
      if (options.microsoft === undefined) await microsoft.close();
      if (options.redis === undefined) await redis?.stop();
      if (mismatches.length > 0)
        throw new Error(`answers that aren’t as documented:\n${mismatches.join('\n')}`);
    },
  };
}

/**
 * Adds the usual administrator as the first start does, but with a hash that is made already: judging and hashing a password takes
 * longer than the rest of a start. Says no if the start does that itself: for another password, or for an account that exists.
 */
async function addAdministrator(
  { localAccounts: { administrator } }: Config,
  { directory }: Stores,
  clock: Clock,
): Promise<boolean> {
  if (administrator?.password.value() !== LOCAL_ADMIN.password) return false;
  const { email, fullName } = administrator;
  if ((await directory.findByEmail(email)) !== undefined) return false;
  const id = uuidv7(clock.now());
  await directory.create(
    newPerson({
      ...{ id, email, fullName },
      ...{ provider: 'local', providerId: null, providerScope: null },
      roles: [{ name: PLATFORM_ADMIN, origin: 'manual' }],
      createdAt: new Date(clock.now()).toISOString(),
    }),
    {
      passwordHash: LOCAL_ADMIN_HASH,
      events: [{ action: 'administrator-create', by: {}, target: { id, email, fullName } }],
    },
  );
  return true;
}

function withoutAdministrator(config: Config): Config {
  return { ...config, localAccounts: { ...config.localAccounts, administrator: undefined } };
}

/** Lets every POST to the console say, as the forms of its pages do, for whom the page was made: whoever is signed in when it is sent. */
export function sendingOwnForms(deps: Opened['deps'], agent: TestAgent): TestAgent {
  const owners = createFormOwners(deps.config);
  const handleIn = createCookieReader(cookieName(deps.config.server.baseUrl), deps.config.session.secret);
  const post = agent.post.bind(agent);
  agent.post = (url: string) => {
    const sent = post(url);
    const end = sent.end.bind(sent);
    const ownerParameter = async () => {
      const handle = handleIn({ headers: { cookie: cookiesOf(agent) } } as express.Request); // all that is read of it
      const record = handle === undefined ? undefined : await deps.sessions.read(handle);
      return record === undefined ? {} : owners.parameterFor(record.userId);
    };
    sent.end = (answered) => {
      const { pathname, searchParams } = new URL(url, BASE_URL);
      const isOurs = /\/admin\/(?!login|logout|theme)/.test(pathname) && !searchParams.has('for');
      if (!isOurs) return end(answered);
      // Without a store nobody knows who is signed in, and the app says so by itself.
      const parameter = ownerParameter().catch(() => ({}));
      void parameter.then((known) => {
        sent.query(known);
        end(answered);
      });
      return sent;
    };
    return sent;
  };
  return agent;
}

export function usualSettings(microsoft: SimulatedMicrosoft): Record<string, string> {
  return {
    BASE_URL,
    SESSION_SECRET: 'a secret for tests that is long enough to be one',
    PLATFORM_ADMIN_EMAIL: LOCAL_ADMIN.email,
    PLATFORM_ADMIN_PASSWORD: LOCAL_ADMIN.password,
    PLATFORM_ADMIN_FULL_NAME: LOCAL_ADMIN.fullName,
    SSO_ENABLED: 'true',
    SSO_TRUSTED_DOMAINS: 'contoso.com,fabrikam.com',
    SSO_ENTRA_ENABLED: 'true',
    SSO_ENTRA_CLIENT_ID: microsoft.clientId,
    SSO_ENTRA_CLIENT_SECRET: microsoft.clientSecret,
    SSO_ENTRA_TENANT_ID: microsoft.tenantId,
    SSO_ENTRA_AUTHORITY: microsoft.authority,
  };
}

/** The cookies that a browser would send, for another one to send. */
export function cookiesOf(browser: TestAgent): string {
  return browser.jar
    .getCookies({ domain: '127.0.0.1', path: '/', secure: false, script: false })
    .toValueString();
}

/** The value of a cookie in an answer's `Set-Cookie`; undefined where it isn't set. */
export function cookieSetBy(response: request.Response, name: string): string | undefined {
  const lines: unknown = response.headers['set-cookie'];
  const line = Array.isArray(lines) ? lines.find((one: string) => one.startsWith(`${name}=`)) : undefined;
  return typeof line === 'string' ? line : undefined;
}

async function untilReachable(ping: () => Promise<number>): Promise<void> {
  await until(() =>
    ping().then(
      () => true,
      () => false,
    ),
  );
}
