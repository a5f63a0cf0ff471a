import { couldNotCheck, type Finding, failed, ok, warning } from '../providers/inspection/finding.js';
import type { RedisConnection } from '../redis/connection.js';
import { type RedisFacts, readRedisFacts } from '../redis/server-facts.js';
import { untilReachable } from '../redis/until-reachable.js';

const LEAST_VERSION = 7;
const SLOW_MS = 20;
const CLOCK_WARNING = 5_000;
const CLOCK_FAILURE = 60_000;

const see = 'docs/operations.md, “Redis”';

/** Without Redis, the finding about the configuration says that it isn’t used. */
export async function checkRedis(
  redis: RedisConnection | undefined,
  now: () => number,
): Promise<readonly Finding[]> {
  if (redis === undefined) return [];
  try {
    await untilReachable(redis);
    return judgeRedis(await readRedisFacts(redis, now));
  } catch (error) {
    const fault = redis.explain(error);
    if (fault === undefined) throw error;
    return [
      failed('store', `Redis: ${fault.words}.`, {
        why: 'Nobody can sign in, and pages that need a session answer 503.',
        remedy: fault.remedy,
      }),
    ];
  }
}

export function judgeRedis(facts: RedisFacts): readonly Finding[] {
  return [
    ok('store', 'Redis answers.'),
    judgeVersion(facts),
    judgePersistence(facts),
    judgeEviction(facts),
    judgeLatency(facts),
    judgeClock(facts),
  ];
}

function judgeVersion({ version }: RedisFacts): Finding {
  if (Number.parseInt(version, 10) >= LEAST_VERSION)
    return ok('redis_version', `Redis is version ${version}.`);
  return failed('redis_version', `Redis is version ${version || 'unknown'}.`, {
    why: `Entrance is made for version ${LEAST_VERSION} and later.`,
    remedy: `Upgrade Redis (${see}).`,
  });
}

function judgePersistence({ appendOnly, snapshots }: RedisFacts): Finding {
  if (appendOnly) return ok('redis_persistence', 'Redis writes an append-only file.');
  const remedy = `Set appendonly yes in redis.conf, or with redis-cli: config set appendonly yes, config rewrite (${see}).`;
  if (snapshots === undefined) {
    return couldNotCheck(
      'redis_persistence',
      'Redis writes no append-only file, and doesn’t say whether it writes snapshots.',
      {
        why: 'It is the only place where users and tokens are kept.',
        remedy: `Look at what your service says about persistence; where you can: ${remedy}`,
      },
    );
  }
  return snapshots
    ? warning('redis_persistence', 'Redis writes snapshots only.', {
        why: 'After a crash the users, tokens and sign-outs since the last snapshot are gone.',
        remedy,
      })
    : failed('redis_persistence', 'Redis writes nothing to disk.', {
        why: 'After a restart of Redis all users and tokens are gone.',
        remedy,
      });
}

function judgeEviction({ evictionPolicy, memoryLimit }: RedisFacts): Finding {
  if (evictionPolicy === 'noeviction') return ok('redis_eviction', 'Redis never throws anything away.');
  const what = `Redis throws keys away when memory is short (maxmemory-policy ${evictionPolicy || 'unknown'}).`;
  const advice = {
    why: 'Users, sessions and revocations would vanish.',
    remedy: `Set maxmemory-policy noeviction in redis.conf (${see}).`,
  };
  return memoryLimit > 0 ? failed('redis_eviction', what, advice) : warning('redis_eviction', what, advice);
}

function judgeLatency({ roundTrip }: RedisFacts): Finding {
  const what = `Redis answers within ${roundTrip.toFixed(1)} ms.`;
  if (roundTrip <= SLOW_MS) return ok('redis_latency', what);
  return warning('redis_latency', what, {
    why: 'Every guarded request asks Redis once, and waits for it.',
    remedy: 'Run Redis in the same network, and look for slow commands (redis-cli --latency, slowlog get).',
  });
}

function judgeClock({ clockAhead }: RedisFacts): Finding {
  const seconds = Math.round(clockAhead / 1_000);
  const drift = Math.abs(clockAhead);
  if (drift < CLOCK_WARNING) return ok('redis_clock', 'The clocks of Redis and of this machine agree.');
  const judge = drift < CLOCK_FAILURE ? warning : failed;
  return judge(
    'redis_clock',
    `Redis’s clock is ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead' : 'behind'}.`,
    {
      why: 'Sessions, throttling and one-time codes end at moments on which all machines have to agree.',
      remedy: 'Synchronise the clocks of both machines (NTP: chrony or systemd-timesyncd).',
    },
  );
}
