import type { RedisAddress } from '../config/redis-address.js';

/** The server with the fault, and the settings of `REDIS_URL` that matter for the way to it. */
export interface FaultPlace {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly topology: RedisAddress['topology'];
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly isSentinel?: boolean;
}

export interface FaultText {
  /** The fault as the end of a sentence, without a full stop. */
  readonly words: string;
  readonly remedy: string;
}

/** `detail` is the variable part of the text: words of the network, a command, a name. */
type Describe = (at: string, detail: string, place: FaultPlace | undefined) => FaultText;

const withRemedy = (words: (at: string, detail: string) => string, remedy: string): Describe => {
  return (at, detail) => ({ words: words(at, detail), remedy });
};

/** An address that a sentinel or a cluster named may hold only on their network. */
const unreachable =
  (remedy: string): Describe =>
  (at, detail, place) => ({
    words: `${at} can’t be reached: ${detail}`,
    remedy:
      place === undefined || place.topology === 'standalone' || place.isSentinel
        ? remedy
        : `${remedy} A ${place.topology === 'cluster' ? 'cluster' : 'sentinel'} may also name a server by an address that holds only where it runs itself (in Redis: ${announcing(place)}).`,
  });

const announcing = ({ topology }: FaultPlace) =>
  topology === 'cluster'
    ? 'cluster-announce-ip, or cluster-announce-hostname with cluster-preferred-endpoint-type hostname'
    : 'replica-announce-ip, and sentinel resolve-hostnames with sentinel announce-hostnames for names';

const authority =
  'Name the authority’s PEM file in NODE_EXTRA_CA_CERTS, in the environment of the process and not in .env.';

/** The words and the remedy for each fault of Redis, for the log, /readyz, doctor and the commands. */
export const faultTexts = {
  connecting: withRemedy(
    (at) => `${at} hasn’t answered yet`,
    'Wait a moment; if it doesn’t answer then, see that it runs where REDIS_URL says.',
  ),
  connection_refused: unreachable('Start Redis, or correct the host and port in REDIS_URL.'),
  host_unknown: unreachable('Correct the host in REDIS_URL, or look at this machine’s DNS.'),
  host_unreachable: unreachable('Look at the network and the firewall between this machine and Redis.'),
  no_answer: unreachable(
    'See that Redis runs and isn’t overloaded, that the firewall lets this machine pass, and that the port in REDIS_URL is its own.',
  ),
  connection_closed: unreachable(
    'See that Redis runs behind that port: its own log, or that of a proxy in front of it, says why it hung up.',
  ),
  tls_wanted: (at, _detail, place) => ({
    words: `${at} wants TLS, and REDIS_URL says to speak without`,
    remedy: `Begin REDIS_URL with ${schemeOf(place, true)}.`,
  }),
  tls_unwanted: (at, _detail, place) => ({
    words: `${at} doesn’t speak TLS, and REDIS_URL says to use it`,
    remedy: `Name the port at which Redis speaks TLS (its tls-port), or begin REDIS_URL with ${schemeOf(place, false)} if nobody else shares the network.`,
  }),
  tls_failed: withRemedy(
    (at, detail) => `${at} and this machine could not agree on TLS: ${detail}`,
    'See which versions and ciphers Redis takes (tls-protocols, tls-ciphers), and that it asks for no client certificate (tls-auth-clients no).',
  ),
  certificate_name: (at, detail, place) => ({
    words: `${at} isn’t in the certificate of this server, which is for: ${detail || 'no name at all'}`,
    remedy:
      place === undefined || place.topology === 'standalone' || place.isSentinel
        ? 'Name the server in REDIS_URL as its certificate does, or add the name to the certificate.'
        : `Let Redis announce its servers by a name that the certificate has (${announcing(place)}), or add their addresses to the certificate.`,
  }),
  certificate_expired: withRemedy(
    (at) => `the certificate of ${at} has expired`,
    'Renew it at Redis; if it is new, look at this machine’s clock.',
  ),
  certificate_untrusted: withRemedy(
    (at, detail) => `the certificate of ${at} isn’t trusted: ${detail}`,
    authority,
  ),
  password_wrong: (at, _detail, place) => ({
    words: `${at} refuses the ${place?.username === undefined ? 'password' : 'user or the password'} in REDIS_URL`,
    remedy: `Correct ${place?.username === undefined ? 'it' : 'them'} in REDIS_URL; characters such as @ / : % # are percent-encoded there. A user has to exist in Redis and be switched on (ACL LIST).`,
  }),
  password_missing: (at, _detail, place) => ({
    words: `${at} wants a password, and REDIS_URL holds none`,
    remedy: `Put it in front of the host: ${schemeOf(place, place?.tls ?? false)}:PASSWORD@host, or USER:PASSWORD@host for an ACL user.`,
  }),
  password_unwanted: withRemedy(
    (at) => `${at} has no password set, and REDIS_URL holds one`,
    'Set a password in Redis (requirepass, or an ACL user), or leave it out of REDIS_URL.',
  ),
  permission_missing: withRemedy(
    (at, detail) => `the user in REDIS_URL may not ${detail} at ${at}`,
    'Give the user what docs/operations.md, “Redis”, lists for ACL SETUSER.',
  ),
  protocol_old: withRemedy(
    (at) => `${at} doesn’t speak RESP3: Redis 6 or later, and no proxy in front, is needed`,
    'Use Redis 7 or later without a proxy that speaks the older protocol alone, and don’t rename its command HELLO.',
  ),
  command_missing: withRemedy(
    (at, detail) => `${at} doesn’t know the command ${detail || 'that it was sent'}`,
    'Name a Redis of version 7 or later in REDIS_URL, without a proxy in front and without renamed commands; a sentinel takes redis+sentinel://host:26379/master-name.',
  ),
  not_redis: withRemedy(
    (at) => `what answers at ${at} isn’t Redis: perhaps a web server or another service`,
    'Correct the host and port in REDIS_URL.',
  ),
  is_sentinel: (at, _detail, place) => ({
    words: `${at} is a sentinel, which keeps no data`,
    remedy: `Name the sentinels and their master in REDIS_URL: ${schemeOf(place, place?.tls ?? false, '+sentinel')}host:26379/master-name.`,
  }),
  is_cluster: (at, _detail, place) => ({
    words: `${at} is a node of a cluster, and holds a part of the keys alone`,
    remedy: `Begin REDIS_URL with ${schemeOf(place, place?.tls ?? false, '+cluster')}.`,
  }),
  not_a_sentinel: (at, _detail, place) => ({
    words: `${at} isn’t a sentinel`,
    remedy: `Name the sentinels in REDIS_URL (their port is mostly 26379), or begin it with ${schemeOf(place, place?.tls ?? false, '')} if this is the only server.`,
  }),
  not_a_cluster: (at, _detail, place) => ({
    words: `${at} isn’t a node of a cluster`,
    remedy: `Begin REDIS_URL with ${schemeOf(place, place?.tls ?? false, '')}, or with ${schemeOf(place, place?.tls ?? false, '+sentinel')} if sentinels watch it.`,
  }),
  master_unknown: withRemedy(
    (at, detail) => `the sentinel ${at} watches no master called ${detail}`,
    'Correct the name behind the hosts in REDIS_URL; redis-cli -p 26379 SENTINEL MASTERS lists those that there are.',
  ),
  master_changed: withRemedy(
    (at) => `the sentinels name another master now, ${at}`,
    'There is nothing to do: Entrance follows it.',
  ),
  not_the_master: withRemedy(
    (at) => `${at} is named as the master by the sentinels, and says that it isn’t one`,
    'Wait for the failover to end; if it doesn’t, compare SENTINEL MASTERS with what INFO replication says there.',
  ),
  database_unknown: withRemedy(
    (at) => `${at} has no database of the number in REDIS_URL`,
    'Correct the number behind the host in REDIS_URL, or leave it out; the setting databases of Redis says how many there are.',
  ),
  loading: withRemedy(
    (at) => `${at} is still loading its data from disk`,
    'Wait until it has: INFO persistence says how far it is.',
  ),
  read_only: withRemedy(
    (at) => `${at} is a replica and takes no writes`,
    'Name the master in REDIS_URL, or the sentinels: redis+sentinel://host:26379/master-name.',
  ),
  master_down: withRemedy(
    (at) => `${at} is a replica that has lost its master`,
    'Name the master in REDIS_URL, and see why the replica doesn’t reach it (INFO replication).',
  ),
  cluster_down: withRemedy(
    () => 'the cluster doesn’t serve all of its keys',
    'See which slots have no master (redis-cli --cluster check host:port), and bring that node back.',
  ),
  memory_full: withRemedy(
    (at) => `${at} has no memory left for writes`,
    'Give Redis more memory (maxmemory); no policy that throws keys away, or users and sessions are lost.',
  ),
  disk_failing: withRemedy(
    (at) => `${at} takes no writes, since it can’t write to its disk`,
    'Look at the log of Redis and at the free space of its disk.',
  ),
  busy: withRemedy((at) => `${at} is busy with a script`, 'Wait, or end the script with SCRIPT KILL.'),
  too_few_replicas: withRemedy(
    (at) => `${at} has too few replicas to take writes`,
    'Bring the replicas back, or lower min-replicas-to-write in Redis and REDIS_WAIT_REPLICAS.',
  ),
  too_many_clients: withRemedy(
    (at) => `${at} takes no more clients`,
    'Raise maxclients in Redis, or find who holds the connections (CLIENT LIST).',
  ),
  protected_mode: withRemedy(
    (at) => `${at} is in protected mode: without a password it answers its own machine alone`,
    'Set a password in Redis (requirepass, or an ACL user), and put it into REDIS_URL.',
  ),
  other: withRemedy(
    (at, detail) => `${at} doesn’t serve as it must: ${detail}`,
    'Look at the log of Redis, and compare REDIS_URL with docs/operations.md, “Redis”.',
  ),
} as const satisfies Readonly<Record<string, Describe>>;

export type RedisFaultCode = keyof typeof faultTexts;

function schemeOf(
  place: FaultPlace | undefined,
  tls: boolean,
  topology?: '' | '+sentinel' | '+cluster',
): string {
  const own = place === undefined || place.topology === 'standalone' ? '' : `+${place.topology}`;
  return `redis${tls ? 's' : ''}${topology ?? own}://`;
}
