import { scoreOf, timeKey } from '../user-order.js';
import type { TimeKey } from './keys.js';
import type { Search } from './search.js';

/** The times that one command reads, so that Redis serves others in between. */
const CHUNK = 1_000;

/** The places of these ids in an order by time. A user who is gone has none. */
export async function timesOfIds(
  { redis, keys }: Search,
  ids: readonly string[],
  sort: TimeKey,
): Promise<ReadonlyArray<{ readonly place: string }>> {
  const chunks = Array.from({ length: Math.ceil(ids.length / CHUNK) }, (_, index) =>
    ids.slice(index * CHUNK, (index + 1) * CHUNK),
  );
  const scores = await Promise.all(chunks.map((chunk) => redis.zmScore(keys.times(sort), chunk)));
  return scores.flat().flatMap((score, index) => {
    const id = ids[index];
    return score === null || id === undefined ? [] : [{ place: `${timeKey(score)}\0${id}` }];
  });
}

/** The number of users who have not signed in since the time of the query; infinite without such a time. */
export async function countNotSignedIn({ redis, keys, query }: Search): Promise<number> {
  if (query.notSignedInSince === undefined) return Number.POSITIVE_INFINITY;
  return redis.zCount(keys.times('last_login_at'), '-inf', before(query.notSignedInSince));
}

/** The ids of these users, who should be few. */
export function idsNotSignedIn({ redis, keys, query }: Search): Promise<string[]> {
  const end = before(query.notSignedInSince ?? null);
  return redis.zRange(keys.times('last_login_at'), '-inf', end, { BY: 'SCORE' });
}

function before(time: string | null): string {
  return `(${scoreOf(time)}`;
}
