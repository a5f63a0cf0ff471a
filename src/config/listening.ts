import { isIP } from 'node:net';
import type { ServerConfig } from './config.js';
import { serverSettings } from './server.js';
import type { SettingsReader } from './settings-reader.js';

/** Variables of platforms whose proxy is on another machine or in another container. */
const PLATFORMS = {
  'Azure App Service': ['WEBSITE_SITE_NAME', 'WEBSITE_HOSTNAME', 'WEBSITE_INSTANCE_ID'],
  'Azure Container Apps': ['CONTAINER_APP_NAME'],
  Kubernetes: ['KUBERNETES_SERVICE_HOST'],
  Heroku: ['DYNO'],
  'Fly.io': ['FLY_APP_NAME'],
  Render: ['RENDER'],
  Railway: ['RAILWAY_ENVIRONMENT', 'RAILWAY_ENVIRONMENT_NAME', 'RAILWAY_PROJECT_ID'],
  Koyeb: ['KOYEB_APP_NAME'],
  'Google Cloud Run': ['K_SERVICE'],
  'Google App Engine': ['GAE_SERVICE', 'GAE_ENV'],
  'Amazon ECS': ['ECS_CONTAINER_METADATA_URI', 'ECS_CONTAINER_METADATA_URI_V4'],
  'Cloud Foundry': ['VCAP_APPLICATION'],
  Nomad: ['NOMAD_ALLOC_ID'],
} as const;

/** Paths that people paste with an address from the browser or the app registration. */
const OWN_PATH = /\/(?:admin\/login|auth\/sso\/.*)$/;

/** If `BASE_URL` ends in one of our paths, that path would stand twice in every link and redirect URI. */
export function checkOwnPath(settings: SettingsReader, { baseUrl }: ServerConfig): void {
  const [own] = OWN_PATH.exec(baseUrl.path) ?? [];
  if (own !== undefined)
    settings.reject(
      serverSettings.baseUrl,
      `ends in a path of Entrance’s own: leave ${own} out`,
      `BASE_URL=${baseUrl.origin}${baseUrl.path.slice(0, -own.length)}`,
    );
}

/** Warns if requests to `BASE_URL` can't reach the address on which the server listens. */
export function checkListening(
  settings: SettingsReader,
  { host, port, baseUrl, trustProxy }: ServerConfig,
): void {
  if (settings.isRejected(serverSettings.host, serverSettings.baseUrl)) return;
  if (baseUrl.secure && isLoopback(host)) {
    const reason = platformOf(settings) ?? trustBeyondLoopback(trustProxy);
    if (reason !== undefined)
      settings.warn(
        `BASE_URL is https and HOST is ${host}, and ${reason}: a proxy on another machine or in another container can’t reach this; HOST=0.0.0.0 lets it`,
      );
  }
  const [, named = '80'] = /:(\d+)$/.exec(baseUrl.origin) ?? [];
  if (!baseUrl.secure && settings.isSet(serverSettings.baseUrl) && port !== 0 && Number(named) !== port)
    settings.warn(
      `BASE_URL is ${baseUrl.origin}, but PORT is ${port}: unless something passes requests on, links lead nowhere`,
    );
}

function platformOf(settings: SettingsReader): string | undefined {
  const found = Object.entries(PLATFORMS).find(([, names]) =>
    names.some((name) => settings.text(name) !== undefined),
  );
  return found === undefined ? undefined : `the environment is that of ${found[0]}`;
}

function trustBeyondLoopback(trustProxy: ServerConfig['trustProxy']): string | undefined {
  const isBeyond = typeof trustProxy === 'string' && !trustProxy.split(',').every(isLoopback);
  return isBeyond ? `TRUST_PROXY is ${trustProxy}` : undefined;
}

function isLoopback(host: string): boolean {
  if (/^(?:loopback|localhost|::1(?:\/128)?)$/i.test(host)) return true;
  return host.startsWith('127.') && isIP(host.replace(/\/\d+$/, '')) === 4;
}
