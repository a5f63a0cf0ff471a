import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseRedisAddress } from '#entrance/config/redis-address.js';
import { problemsOf } from '../support/settings.js';

const problemOf = (address: string) => problemsOf({ REDIS_URL: address })[0]?.problem;

test.each([
  [
    'h:6380,password=AbC123=,ssl=True,abortConnect=False',
    /here host:port,password=PASSWORD,ssl=True is rediss:\/\/:PASSWORD@host:port/,
  ],
  ['h:6380,abortConnect=False', /StackExchange/],
  ['redis://:AbC123=@h:6380,ssl=True', /StackExchange/],
  ['a:26379,b:26379,serviceName=mymaster,password=AbC123=', /redis\+sentinel:\/\//],
  [
    'rediss://:AbC123=@h:6380/0?ssl_cert_reqs=required',
    /leave out what stands from the \? on; .*NODE_EXTRA_CA_CERTS/,
  ],
  ['rediss://h:6380?password=AbC123=', /from the \? on; the password stands before the host/],
  ['redis://h:6379?password=AbC123=@x', /from the \? on; the password stands before the host/],
  ['redis://h:6379/0?db=2&timeout=5s', /the number of the database stands at the end/],
  ['redis://h:6379?ssl=true', /TLS is rediss:\/\//],
  ['redis://h?sentinelMasterId=main', /sentinels are redis\+sentinel/],
  ['redis-sentinel://10.0.0.1:26379/mymaster', /here it is redis\+sentinel:\/\//],
  ['rediss-sentinel://10.0.0.1:26379', /rediss\+sentinel:\/\/ for TLS/],
  ['redis-cluster://10.0.0.1:6379', /here it is redis\+cluster:\/\//],
  ['unix:///var/run/redis/redis.sock', /Unix socket, which isn’t supported/],
  ['redis-socket:///var/run/redis.sock', /Unix socket/],
  ['redis+socket:///var/run/redis.sock', /Unix socket/],
  ['/var/run/redis.sock', /Unix socket/],
  ['rediss+srv://h', /SRV records/],
  ['redis+tls://h:6380', /here it is rediss:\/\//],
  ['valkey://h:6379', /here it is redis:\/\/, for Valkey/],
  ['valkeys://h:6379', /here it is rediss:\/\//],
  ['https://h.upstash.io', /API over HTTP/],
  ['http://:AbC123=@h', /API over HTTP/],
  ['tcp://10.0.0.1:6379', /no address of Redis/],
  ['postgres://u:AbC123=@h/x', /no address of Redis/],
  ['redis-cli -u redis://:AbC123=@h:6379', /is a command/],
  ['redis-cli -h h -p 6379 -a AbC123=', /is a command/],
  ['h:6379', /lacks redis:\/\/ at its beginning/],
  ['localhost', /lacks redis:\/\/ at its beginning/],
  [':AbC123=@h:6379', /lacks redis:\/\/ at its beginning/],
  ['redis:h:6379', /lacks :\/\/ behind the first word/],
])('%s is told what it is here', (address, words) => {
  const problem = problemOf(address);
  expect(problem).toMatch(words);
  expect(problem).not.toMatch(/AbC123|mymaster,|10\.0/);
});

test.each(['redis://:a?b@h', 'redis://u:p?x=y@h:1/2', 'redis://:p,ssl=x@h', 'rediss://:p#q@h'])(
  '%s is an address whose password has odd characters',
  (address) => {
    expect(problemOf(address)).toBeUndefined();
  },
);

test('no problem ever quotes a password', () => {
  const password = fc.stringMatching(/^[A-Z][A-Za-z0-9+/]{12,20}=?$/);
  const form = fc.constantFrom<(password: string) => string>(
    (one) => `h:6380,password=${one},ssl=True`,
    (one) => `redis://h?password=${one}`,
    (one) => `redis://:${one}@h/name`,
    (one) => `https://:${one}@h`,
    (one) => `redis-cli -a ${one}`,
    (one) => `redis-sentinel://:${one}@h/main`,
    (one) => `:${one}@h`,
    (one) => one,
    (one) => `redis://h?${one}`,
  );
  fc.assert(
    fc.property(password, form, (secret, formOf) => {
      const parsed = parseRedisAddress(formOf(secret));
      if ('problem' in parsed) expect(parsed.problem).not.toContain(secret);
    }),
  );
});
