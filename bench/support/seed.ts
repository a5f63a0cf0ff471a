import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import express, { type Request, type Response } from 'express';
import pino from 'pino';
import { systemClock } from '#entrance/clock.js';
import type { Grant, User } from '#entrance/directory/directory.js';
import { uuidv7 } from '#entrance/identity/uuid.js';
import { createSessionWriter } from '#entrance/session/writing.js';
import { parseConfig } from '#entrance/settings.js';
import { openStores } from '#entrance/stores.js';

/** How many writes are under way at once. */
const WIDTH = 64;
const USER_AGENT =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';

/** Fills the store through the product's own code, as fast as it goes. The one place that knows the product from inside. */
export interface Seed {
  addUsers(users: Iterable<User>, passwordHash?: string): Promise<void>;
  /** Signs these users in, one session each; gives the `Cookie` headers. */
  signIn(users: Iterable<User>): Promise<readonly string[]>;
  stop(): Promise<void>;
}

export async function openSeed(settings: Readonly<Record<string, string>>): Promise<Seed> {
  const config = parseConfig(settings);
  const stores = openStores(config, pino({ level: 'silent' }), systemClock);
  const { signIn } = createSessionWriter(config, stores.sessions, systemClock);
  await untilReachable(stores.pingStore);

  return {
    addUsers: (users, passwordHash) =>
      forEach(users, async (user) => {
        const outcome = await stores.directory.create(
          user,
          passwordHash === undefined ? {} : { passwordHash },
        );
        if ('conflict' in outcome) throw new Error(`${user.email}: ${outcome.conflict}`);
      }),
    async signIn(users) {
      const cookies: string[] = [];
      await forEach(users, async (user) => {
        const { request, response } = await exchange();
        await signIn(request, response, user, { ...user, providerSessionId: crypto.randomUUID() });
        response.writeHead(204);
        cookies.push(String(response.getHeader('set-cookie')).split(';', 1)[0] ?? '');
      });
      return cookies;
    },
    stop: () => stores.close(),
  };
}

/** Administrators' sessions that nobody has read yet; gives their `Cookie` headers. */
export async function adminSessions(
  settings: Readonly<Record<string, string>>,
  count: number,
): Promise<readonly string[]> {
  const seed = await openSeed(settings);
  try {
    return await seed.signIn(people(count, () => ({ roles: [bySso('platform_admin')] })));
  } finally {
    await seed.stop();
  }
}

/** Somebody of a directory, by number: always the same number of bytes, and different in every order. */
export function person(number: number, changes: Partial<User> = {}): User {
  const id = uuidv7(Date.UTC(2024, 0, 1) + number);
  const [first = '', last = ''] = [names[number % names.length], surnames[(number * 7) % surnames.length]];
  const at = (step: number) =>
    new Date(Date.UTC(2025, 0, 1) + ((number * step) % 31_536_000) * 1e3).toISOString();
  return {
    id,
    email: `${first}.${last}.${number}@contoso.com`.toLowerCase(),
    fullName: `${first} ${last}`,
    provider: 'entra',
    providerId: crypto.randomUUID(),
    providerScope: '3f6e2a8c-5b1d-4c97-8e0a-b7d94f21c650',
    status: 'active',
    decision: null,
    roles: [],
    teams: [],
    createdAt: at(7_919),
    lastLoginAt: at(104_729),
    version: 1,
    ...changes,
  };
}

/** A role as a sign-in grants it. */
export function bySso(name: string): Grant {
  const sources = [{ kind: 'app_role', value: name }] as const;
  return { name, origin: 'sso', sources, confirmedAt: '2025-01-01T00:00:00.000Z' };
}

export function* people(count: number, describe: (number: number) => Partial<User> = () => ({})) {
  for (let number = 0; number < count; number += 1) yield person(number, describe(number));
}

const names = [
  'Ada',
  'Amara',
  'Bruno',
  'Chiara',
  'Dmitri',
  'Elif',
  'Farid',
  'Grace',
  'Hana',
  'Ines',
  'Jonas',
];
const surnames = ['Okafor', 'Lindqvist', 'Fischer', 'Nowak', 'Raman', 'Herrera', 'Tanaka', 'Novak', 'Silva'];

async function forEach<T>(items: Iterable<T>, work: (item: T) => Promise<void>): Promise<void> {
  const iterator = items[Symbol.iterator]();
  const worker = async () => {
    for (let next = iterator.next(); !next.done; next = iterator.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: WIDTH }, worker));
}

const arrived = new WeakMap<object, (request: Request, response: Response) => void>();
const app = express();
app.set('trust proxy', 'loopback');
app.use((request, response) => arrived.get(request)?.(request, response));

/** A request and its response as Express hands them to a route, without a connection. */
function exchange(): Promise<{ request: Request; response: Response }> {
  const message = new IncomingMessage(new Socket());
  message.method = 'GET';
  message.url = '/auth/sso/callback/entra';
  message.headers = { host: 'localhost', 'user-agent': USER_AGENT, 'x-forwarded-for': '203.0.113.7' };
  return new Promise((resolve) => {
    arrived.set(message, (request, response) => resolve({ request, response }));
    app(message, new ServerResponse(message));
  });
}

async function untilReachable(ping: () => Promise<number>): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await ping();
      return;
    } catch (error) {
      if (attempt === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
