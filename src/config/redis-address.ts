import { foreignAddressProblem, foreignRestProblem } from './foreign-redis-address.js';

export type RedisAddress = StandaloneAddress | SentinelAddress | ClusterAddress;

export interface StandaloneAddress extends Access {
  readonly topology: 'standalone';
  readonly server: HostPort;
  readonly database: number;
}

export interface SentinelAddress extends Access {
  readonly topology: 'sentinel';
  readonly sentinels: readonly HostPort[];
  /** The name of the master that the sentinels watch. */
  readonly masterName: string;
  readonly database: number;
}

export interface ClusterAddress extends Access {
  readonly topology: 'cluster';
  /** Some of the cluster’s nodes. One of them has to answer at start, and it names the others. */
  readonly seeds: readonly HostPort[];
}

export interface Access {
  readonly tls: boolean;
  readonly username: string | undefined;
  readonly password: string | undefined;
}

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

const SHAPE =
  /^(?<scheme>rediss?)(?:\+(?<topology>sentinel|cluster))?:\/\/(?:(?<user>.*)@)?(?<hosts>[^/?#@]*)(?<rest>.*)$/is;
const HOST_PORT = /^(?<host>[\w.-]+|\[[\da-f:.]+\])(?::(?<port>\d{1,5}))?$/i;
const REDIS_PORT = 6379;
const SENTINEL_PORT = 26379;

/** The problem never quotes the text, which may hold a password. */
export function parseRedisAddress(text: string): { address: RedisAddress } | { problem: string } {
  const {
    scheme = '',
    topology = 'standalone',
    user = '',
    hosts = '',
    rest = '',
  } = SHAPE.exec(text)?.groups ?? {};
  if (scheme === '')
    return {
      problem:
        foreignAddressProblem(text) ??
        'must begin with redis:// (rediss:// for TLS), redis+sentinel:// or redis+cluster://',
    };
  const credentials = parseCredentials(user);
  if (credentials === undefined)
    return { problem: 'has before the host a user name or password that isn’t percent-encoded' };
  const foreign = foreignRestProblem(text.slice(text.indexOf('://') + 3));
  if (foreign !== undefined) return { problem: foreign };
  const access: Access = { tls: scheme.toLowerCase() === 'rediss', ...credentials };
  if (topology.toLowerCase() === 'sentinel') return sentinelAddress(access, hosts, rest);
  if (topology.toLowerCase() === 'cluster') return clusterAddress(access, hosts, rest);
  return standaloneAddress(access, hosts, rest);
}

/** The address for people to read, without credentials. */
export function redisAddressText(text: string): string {
  const parsed = parseRedisAddress(text);
  if ('problem' in parsed) return 'the address in REDIS_URL';
  const { address } = parsed;
  const scheme = address.tls ? 'rediss' : 'redis';
  switch (address.topology) {
    case 'standalone':
      return `${scheme}://${hostsText([address.server])}${databaseText(address.database)}`;
    case 'sentinel':
      return `${scheme}+sentinel://${hostsText(address.sentinels)}/${address.masterName}${databaseText(address.database)}`;
    case 'cluster':
      return `${scheme}+cluster://${hostsText(address.seeds)}`;
  }
}

function hostsText(hosts: readonly HostPort[]): string {
  return hosts.map(hostPortText).join(',');
}

export function hostPortText({ host, port }: HostPort): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function databaseText(database: number): string {
  return database === 0 ? '' : `/${database}`;
}

function standaloneAddress(access: Access, hosts: string, rest: string) {
  const [server, ...others] = parseHosts(hosts, REDIS_PORT) ?? [];
  const database = parseDatabase(rest);
  if (others.length > 0)
    return {
      problem:
        'names several hosts: sentinels take redis+sentinel://, the nodes of a cluster redis+cluster://',
    };
  if (server === undefined || database === undefined)
    return {
      problem: 'must have a host and behind it at most a port and the number of a database, and nothing else',
    };
  return { address: { topology: 'standalone', ...access, server, database } as const };
}

function sentinelAddress(access: Access, hosts: string, rest: string) {
  const sentinels = parseHosts(hosts, SENTINEL_PORT);
  const [, masterName, path = ''] = /^\/([\w.:-]+)(\/.*)?$/s.exec(rest) ?? [];
  const database = parseDatabase(path);
  if (sentinels === undefined || masterName === undefined || database === undefined)
    return {
      problem:
        'must name the hosts of the sentinels, separated by commas, and behind them the master’s name and at most the number of a database: redis+sentinel://host:26379,host:26379/mymaster',
    };
  return { address: { topology: 'sentinel', ...access, sentinels, masterName, database } as const };
}

function clusterAddress(access: Access, hosts: string, rest: string) {
  const seeds = parseHosts(hosts, REDIS_PORT);
  if (seeds === undefined || !['', '/', '/0'].includes(rest))
    return {
      problem:
        'must name hosts of the cluster, separated by commas, and nothing else (a cluster has no numbered databases): redis+cluster://host:6379,host:6379',
    };
  return { address: { topology: 'cluster', ...access, seeds } as const };
}

function parseCredentials(text: string): Pick<Access, 'username' | 'password'> | undefined {
  const [, username = '', password = ''] = /^([^:]*):?(.*)$/s.exec(text) ?? [];
  try {
    return {
      username: decodeURIComponent(username) || undefined,
      password: decodeURIComponent(password) || undefined,
    };
  } catch {
    return undefined;
  }
}

/** Undefined if there is no host, or if one of them isn't valid. */
function parseHosts(text: string, defaultPort: number): readonly HostPort[] | undefined {
  const hosts = text.split(',').map((item) => {
    const { host, port = `${defaultPort}` } = HOST_PORT.exec(item.trim())?.groups ?? {};
    const number = Number(port);
    return host === undefined || number < 1 || number > 65_535
      ? undefined
      : { host: host.replace(/^\[(.*)\]$/, '$1'), port: number };
  });
  return hosts.every((host) => host !== undefined) ? hosts : undefined;
}

function parseDatabase(path: string): number | undefined {
  const [, digits] = /^\/?(\d{0,4})$/.exec(path) ?? [];
  return digits === undefined || (digits !== '' && !path.startsWith('/')) ? undefined : Number(digits);
}
