import { isIPv6 } from 'node:net';
import * as z from 'zod';
import type { BaseUrl, ServerConfig } from './config.js';
import { pause, wholeNumber } from './schemas.js';
import type { OptionalSetting, SecretSetting, Setting } from './setting.js';
import type { SettingsReader } from './settings-reader.js';
import { trustProxy } from './trust-proxy.js';
import { webAddress } from './web-address.js';

/** A quarter of the bits of 16 random hexadecimal digits: more than one word has. */
const LEAST_TOKEN_VARIETY_BITS = 16;
/** Path segments that routers and cookies take literally. */
const PATH = /^(?:\/[\w.~-]+)*\/?$/;

/** A misspelt mode must not count as development, which is the least strict mode. */
const mode = z
  .string()
  .toLowerCase()
  .pipe(
    z.enum(['development', 'test', 'production'], {
      error: 'must be development, test or production; a server that others reach is production',
    }),
  );

/** `/`, `/app/` or `./`: Vite and Vitest set `BASE_URL` to the path of the app that they build. */
const ONLY_A_PATH = /^\.{0,2}(?:\/|$)/;

const publicAddress = z
  .string()
  .refine(
    (text) => !ONLY_A_PATH.test(text),
    'is only a path, which Vite and Vitest put there. Here it must begin with https:// (or http:// for a loopback host)',
  )
  .pipe(webAddress)
  .pipe(
    z
      .instanceof(URL)
      .refine(
        ({ pathname }) => PATH.test(pathname),
        'may have only letters, digits, - . _ ~ and single slashes in its path',
      )
      .transform(
        ({ origin, pathname, protocol }): BaseUrl => ({
          origin,
          path: pathname.replace(/\/$/, ''),
          secure: protocol === 'https:',
        }),
      ),
  );

const listeningHost = z
  .string()
  .regex(/^[\w.:-]{1,253}$/, 'must be an IP address or a host name, without a scheme and without brackets')
  .refine((text) => !text.includes(':') || isIPv6(text), 'must be without a port, which is PORT');

/** Characters of the shortest METRICS_TOKEN. */
const SHORTEST_TOKEN = 16;

export const serverSettings = {
  port: {
    name: 'PORT',
    serverOnly: true,
    default: '8000',
    example: '8000',
    meaning: 'The port to listen on; 0 takes any that is free.',
    schema: wholeNumber(0, 65_535),
  } satisfies Setting<number>,
  host: {
    name: 'HOST',
    serverOnly: true,
    default: '127.0.0.1',
    example: '0.0.0.0',
    meaning:
      'The address to listen on; `0.0.0.0` (the default in the container image) or `::` for every interface.',
    schema: listeningHost,
  } satisfies Setting<string>,
  baseUrl: {
    name: 'BASE_URL',
    defaultInWords: '`http://localhost:$PORT`',
    example: 'https://gateway.acmecorp.com',
    meaning:
      'The public address, with its path, if it has one. Every redirect URI and absolute link comes from it, never from a request. Plain http is for loopback hosts only.',
    schema: publicAddress,
  } satisfies OptionalSetting<BaseUrl>,
  trustProxy: {
    name: 'TRUST_PROXY',
    serverOnly: true,
    default: 'false',
    example: '1',
    meaning:
      'The proxies whose `X-Forwarded-For` is believed, as in Express’s `trust proxy`: `false`, the number of proxies in front, or a list of their addresses, networks, or `loopback`, `linklocal`, `uniquelocal`. `true` believes everybody.',
    schema: trustProxy,
  } satisfies Setting<ServerConfig['trustProxy']>,
  shutdownDelay: {
    name: 'SHUTDOWN_DELAY',
    serverOnly: true,
    default: '5s',
    example: '10s',
    meaning:
      'After SIGTERM `/readyz` answers 503 for this long, and everything else is served as before, so that a load balancer takes the instance out of rotation; `0` for not at all. If nobody has asked `/readyz` yet, nobody waits.',
    schema: pause,
  } satisfies Setting<number>,
  nodeEnv: {
    name: 'NODE_ENV',
    default: 'development',
    example: 'production',
    meaning:
      '`development`, `test` or `production`, in any case. `production` refuses a made-up `SESSION_SECRET` and the in-memory store.',
    schema: mode,
  } satisfies Setting<z.output<typeof mode>>,
  metricsToken: {
    name: 'METRICS_TOKEN',
    serverOnly: true,
    secret: 'single',
    defaultInWords: 'unset (loopback clients only)',
    example: 'the output of `openssl rand -hex 32`',
    exampleInWords: true,
    meaning: '`/metrics` answers only with this bearer token.',
    leastVariety: LEAST_TOKEN_VARIETY_BITS,
    schema: z
      .string()
      .min(SHORTEST_TOKEN, `must have at least ${SHORTEST_TOKEN} characters`)
      .regex(/^[\w.~+/-]*=*$/, 'must be made of letters, digits and - . _ ~ + / only, as a bearer token is'),
  } satisfies SecretSetting,
};

export function readServer(settings: SettingsReader, production: boolean, isMounted: boolean): ServerConfig {
  const port = settings.get(serverSettings.port);
  const host = settings.get(serverSettings.host);
  const baseUrl = settings.find(serverSettings.baseUrl) ?? localAddress(port);
  const trustProxy = settings.get(serverSettings.trustProxy);

  if (!settings.isSet(serverSettings.baseUrl) && (production || isMounted || port === 0)) {
    settings.warn(
      `BASE_URL isn’t set: redirect URIs and links point to ${baseUrl.origin}, which works on this machine at most`,
    );
  }
  if (trustProxy === true) {
    settings.warn(
      'TRUST_PROXY=true believes any client about its address; with one proxy in front, TRUST_PROXY=1 is right',
    );
  }
  if (baseUrl.secure && !isMounted && !settings.isSet(serverSettings.trustProxy)) {
    settings.warn(
      'BASE_URL is https, so a proxy stands in front, but TRUST_PROXY isn’t set: everybody seems to come from the proxy’s address',
    );
  }
  return { port, host, baseUrl, trustProxy, shutdownDelayMs: settings.get(serverSettings.shutdownDelay) };
}

export function readProduction(settings: SettingsReader): boolean {
  return settings.get(serverSettings.nodeEnv) === 'production';
}

function localAddress(port: number): BaseUrl {
  return { origin: port === 80 ? 'http://localhost' : `http://localhost:${port}`, path: '', secure: false };
}
