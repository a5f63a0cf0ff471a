import type { ChildProcess } from 'node:child_process';
import { adminPersona } from '../../demo/personas.js';
import { type SimulatedMicrosoft, startSimulatedMicrosoft } from '../../demo/simulator/simulator.js';
import { freePort } from '../../test/support/free-port.js';
import { signInThrough } from '../../test/support/microsoft.js';
import { ask, SERVER_CORE, startProcess, stopProcess } from './process.js';
import { Visitor } from './visitor.js';

export interface Kind {
  readonly label: string;
  readonly file: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Where a sign-in begins; undefined where there is none. */
  readonly signInPath?: string;
}

export const kinds = {
  bare: { label: 'bare Express', file: 'bare.js' },
  bareWithOptions: {
    label: 'bare Express with serverOptions',
    file: 'bare.js',
    env: { SERVER_OPTIONS: 'ours' },
  },
  oneGet: { label: 'Express and one Redis GET', file: 'one-get.js' },
  expressSession: {
    label: 'express-session + connect-redis',
    file: 'express-session.js',
    signInPath: '/login',
  },
  verifyingSession: {
    label: 'the same, verifying the ID token’s signature',
    file: 'express-session.js',
    env: { VERIFY_SIGNATURE: 'yes' },
    signInPath: '/login',
  },
  openidCookie: {
    label: 'express-openid-connect, cookie',
    file: 'express-openid-connect.js',
    env: { SESSION: 'cookie' },
    signInPath: '/login',
  },
  openidRedis: {
    label: 'express-openid-connect, Redis',
    file: 'express-openid-connect.js',
    env: { SESSION: 'redis' },
    signInPath: '/login',
  },
  passport: { label: 'Passport + openid-client', file: 'passport.js', signInPath: '/login' },
  entrance: { label: 'Entrance', file: 'entrance.js', signInPath: '/auth/sso/login/entra' },
  entranceByListen: {
    label: 'Entrance by app.listen',
    file: 'entrance.js',
    env: { SERVER_OPTIONS: 'none' },
    signInPath: '/auth/sso/login/entra',
  },
} satisfies Record<string, Kind>;

export interface Contestant {
  readonly label: string;
  readonly url: string;
  readonly port: number;
  readonly settings: Readonly<Record<string, string>>;
  /** Microseconds of CPU that the process has used so far. */
  cpu(): Promise<number>;
  watchEventLoop(): Promise<void>;
  /** Milliseconds by which the event loop was late since then. */
  eventLoopDelay(): Promise<{ readonly p50: number; readonly p99: number; readonly max: number }>;
  /** Signs in through the simulated Microsoft; gives the `Cookie` header of the session. */
  signIn(headers?: Readonly<Record<string, string>>): Promise<string>;
  stop(): Promise<void>;
}

export interface ContestantOptions {
  readonly redisUrl: string;
  readonly microsoft: SimulatedMicrosoft;
  readonly env?: Readonly<Record<string, string>>;
  /** Undefined: wherever the system puts it. */
  readonly core?: number | undefined;
  /** Where to leave a CPU profile when it stops. */
  readonly profileFolder?: string | undefined;
}

/** A simulated Microsoft that knows all contestants, and signs in the administrator without asking. */
export function startMicrosoft(): Promise<SimulatedMicrosoft> {
  return startSimulatedMicrosoft({
    redirectUris: ['http://localhost/callback', 'http://localhost/auth/sso/callback/entra'],
    auto: () => adminPersona.id,
  });
}

export async function startContestant(kind: Kind, options: ContestantOptions): Promise<Contestant> {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const settings = { ...settingsFor(url, port, options), ...kind.env, ...options.env };
  const child = startProcess(new URL(`../peers/${kind.file}`, import.meta.url), {
    env: settings,
    core: 'core' in options ? options.core : SERVER_CORE,
    nodeOptions:
      options.profileFolder === undefined
        ? []
        : [
            '--cpu-prof',
            `--cpu-prof-dir=${options.profileFolder}`,
            `--cpu-prof-name=${kind.file}-${port}.cpuprofile`,
          ],
  });
  await ask(child);
  return {
    label: kind.label,
    url,
    port,
    settings,
    ...measuresOf(child),
    signIn: (headers) => signIn(kind, url, headers),
    stop: () => stopProcess(child),
  };
}

/** The same for all; each contestant reads what concerns it. */
export function settingsFor(
  url: string,
  port: number,
  { microsoft, redisUrl }: Pick<ContestantOptions, 'microsoft' | 'redisUrl'>,
): Record<string, string> {
  return {
    NODE_ENV: 'production',
    PORT: `${port}`,
    BASE_URL: url,
    REDIS_URL: redisUrl,
    SESSION_SECRET: 'a secret for benchmarks that is long enough to be one',
    ISSUER: `${microsoft.authority}/${microsoft.tenantId}/v2.0`,
    CLIENT_ID: microsoft.clientId,
    CLIENT_SECRET: microsoft.clientSecret,
    LOG_LEVEL: 'warn',
    SSO_ENABLED: 'true',
    SSO_TRUSTED_DOMAINS: 'contoso.com',
    SSO_ENTRA_ENABLED: 'true',
    SSO_ENTRA_AUTHORITY: microsoft.authority,
    SSO_ENTRA_TENANT_ID: microsoft.tenantId,
    SSO_ENTRA_CLIENT_ID: microsoft.clientId,
    SSO_ENTRA_CLIENT_SECRET: microsoft.clientSecret,
  };
}

function measuresOf(child: ChildProcess) {
  return {
    cpu: () => ask<number>(child, 'cpu'),
    watchEventLoop: async () => void (await ask(child, 'watchEventLoop')),
    eventLoopDelay: () => ask<{ p50: number; p99: number; max: number }>(child, 'eventLoopDelay'),
  };
}

async function signIn(
  kind: Kind,
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  const visitor = new Visitor(url);
  if (kind.file === 'one-get.js') {
    await visitor.visit('/sign-in', { method: 'POST' });
    return visitor.cookie;
  }
  if (kind.signInPath === undefined) return '';
  const begun = await visitor.visit(kind.signInPath, { headers });
  const { pathname, search } = await signInThrough(begun.headers.get('location') ?? '', adminPersona.id);
  const { status, headers: answer } = await visitor.visit(pathname + search, { headers });
  if (status >= 400 || answer.get('location')?.includes('error=')) {
    throw new Error(`${kind.label}: signing in was answered ${status} ${answer.get('location')}`);
  }
  return visitor.cookie;
}
