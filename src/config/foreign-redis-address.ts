const ELSEWHERE = 'redis://:PASSWORD@host:6379 (rediss:// for TLS)';

const STACK_EXCHANGE =
  /,\s*(?:password|ssl|user|abort(?:On)?Connect\w*|defaultDatabase|connect\w+|allowAdmin|name|syncTimeout|asyncTimeout|keepAlive|tiebreaker|protocol|sslHost|sslProtocols)\s*=/i;
const FROM_STACK_EXCHANGE =
  'is a connection string of StackExchange.Redis: here host:port,password=PASSWORD,ssl=True is rediss://:PASSWORD@host:port, and without ssl=True redis://:PASSWORD@host:port';

/** Other products’ forms of an address, each with ours. The first form that matches counts. */
const FORMS: readonly (readonly [form: RegExp, problem: string])[] = [
  [/^redis-cli\b|\s-[uhp]\s/i, `is a command: the address alone belongs here, ${ELSEWHERE}`],
  [
    /,\s*(?:serviceName|sentinels?)\s*=/i,
    'is a connection string of StackExchange.Redis: with serviceName it is redis+sentinel://:PASSWORD@host:26379,host:26379/NAME here (rediss+sentinel:// for TLS)',
  ],
  [STACK_EXCHANGE, FROM_STACK_EXCHANGE],
  [
    /^(?:rediss?|valkeys?)-sentinel:|^rediss?\+sentinels:|^sentinels?:/i,
    'has another word for sentinels: here it is redis+sentinel://:PASSWORD@host:26379,host:26379/mymaster (rediss+sentinel:// for TLS)',
  ],
  [
    /^(?:rediss?|valkeys?)-cluster:|^cluster:/i,
    'has another word for a cluster: here it is redis+cluster://:PASSWORD@host:6379,host:6379 (rediss+cluster:// for TLS)',
  ],
  [
    /^(?:redis[+-]socket|rediss?\+unix|unix(?:socket)?|file):|^\/|\.sock(?:$|[?#])/i,
    'names a Unix socket, which isn’t supported: let Redis listen on a port of this machine, redis://127.0.0.1:6379',
  ],
  [
    /^rediss?\+srv:|^srv:/i,
    'is looked up by SRV records, which isn’t supported: name the host and port, redis://:PASSWORD@host:6379, or the nodes of a cluster with redis+cluster://',
  ],
  [
    /^redis\+(?:tls|ssl):|^rediss?\+rediss?:|^(?:tls|ssl):/i,
    'has another word for TLS: here it is rediss://:PASSWORD@host:6380',
  ],
  [/^valkeys:/i, 'begins with valkeys://: here it is rediss://, for Valkey as well'],
  [/^valkey:/i, 'begins with valkey://: here it is redis://, for Valkey as well (rediss:// for TLS)'],
  [
    /^https?:/i,
    `is the address of an API over HTTP: what is needed is the one for Redis clients, ${ELSEWHERE}`,
  ],
  [
    /^(?:tcp|amqps?|memcached?|postgres(?:ql)?|mysql|mongodb(?:\+srv)?):/i,
    `is no address of Redis, which is ${ELSEWHERE}`,
  ],
  [/^rediss?:(?!\/\/)|^rediss?\/\//i, `lacks :// behind the first word: ${ELSEWHERE}`],
  [
    /^(?:[^@/]*@)?(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?(?:\/\d*)?(?:,.*)?$/i,
    `lacks redis:// at its beginning: ${ELSEWHERE}`,
  ],
];

/** The address isn't quoted, since it may hold a password. */
export function foreignAddressProblem(text: string): string | undefined {
  return FORMS.find(([form]) => form.test(text))?.[1];
}

/** Parameters of other clients, each with its equivalent in our address. */
const PARAMETERS: Readonly<Record<string, string>> = {
  db: 'the number of the database stands at the end, redis://host:6379/1',
  database: 'the number of the database stands at the end, redis://host:6379/1',
  password: 'the password stands before the host, redis://:PASSWORD@host:6379',
  pass: 'the password stands before the host, redis://:PASSWORD@host:6379',
  auth: 'the password stands before the host, redis://:PASSWORD@host:6379',
  authpassword: 'the password stands before the host, redis://:PASSWORD@host:6379',
  user: 'the user stands before the host, redis://USER:PASSWORD@host:6379',
  username: 'the user stands before the host, redis://USER:PASSWORD@host:6379',
  ssl: 'TLS is rediss:// at the beginning',
  tls: 'TLS is rediss:// at the beginning',
  usessl: 'TLS is rediss:// at the beginning',
  sslcertreqs:
    'rediss:// always checks the certificate; an authority of your own goes into NODE_EXTRA_CA_CERTS',
  sslcacerts: 'an authority of your own goes into NODE_EXTRA_CA_CERTS',
  sslcafile: 'an authority of your own goes into NODE_EXTRA_CA_CERTS',
  tlscafile: 'an authority of your own goes into NODE_EXTRA_CA_CERTS',
  sslcheckhostname: 'rediss:// always checks the name in the certificate',
  family: 'the host is looked up for both families',
  sentinelmasterid: 'sentinels are redis+sentinel://host:26379/mymaster',
  mastername: 'sentinels are redis+sentinel://host:26379/mymaster',
  servicename: 'sentinels are redis+sentinel://host:26379/mymaster',
  sentinels: 'sentinels are redis+sentinel://host:26379,host:26379/mymaster',
};

/** A host with parameters that is followed by an @ which belongs to a parameter. */
const PARAMETERS_WITH_AT = /^(?:[^@?]*@)?[\w.-]+(?::\d{1,5})?(?:\/\d*)?\?[a-z_]+=/i;

/** Names parameters, and never quotes their values. @param text the part behind `://` */
export function foreignRestProblem(text: string): string | undefined {
  const hasAt = PARAMETERS_WITH_AT.test(text);
  const rest = hasAt ? text : text.slice(text.lastIndexOf('@') + 1);
  if (!rest.includes('?')) return STACK_EXCHANGE.test(rest) ? FROM_STACK_EXCHANGE : undefined;
  const names = rest
    .slice(rest.indexOf('?') + 1)
    .split('&')
    .map((one) => one.replace(/=.*$/s, ''));
  const known = names.flatMap((name) => PARAMETERS[name.toLowerCase().replaceAll(/[^a-z]/g, '')] ?? []);
  return ['has parameters, which aren’t taken: leave out what stands from the ? on', ...new Set(known)].join(
    '; ',
  );
}
