import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { allPacked, countPacked, PACKING, readPacked } from '#entrance/directory/redis/packed.js';
import { withPrefix } from '#entrance/directory/redis/ranges.js';
import { inOrder, isAhead } from '#entrance/directory/user-order.js';
import { defineScript, runScript } from '#entrance/redis/script.js';
import { useRedis } from '../support/redis-topologies.js';

const redis = useRedis();
const CHANGE = defineScript(`${PACKING}
for i = 1, #ARGV, 2 do
  packing[ARGV[i]](KEYS[1], ARGV[i + 1])
end`);

/** Keys and ids that are each other's beginnings, and that byte order and UTF-16 order tell apart. */
const anyKey = fc
  .array(fc.constantFrom('a', 'b', 'é', '\u0001', ' ', '\uff5e', '🚀'), { maxLength: 4 })
  .map((parts) => parts.join(''));
const anyPlace = fc.tuple(anyKey, fc.constantFrom('A', 'AA', '-', '=b')).map(([key, id]) => `${key}\0${id}`);
const anyChange = fc.tuple(fc.constantFrom('PUT', 'PUT', 'PUT', 'TAKE'), anyPlace);
const anyWalk = fc.record({
  prefix: anyKey,
  from: fc.option(anyPlace, { nil: undefined }),
  downwards: fc.boolean(),
  size: fc.integer({ min: 1, max: 150 }),
});

test('a packed order has what was put and not taken, in the order of bytes, in every part and both ways', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyChange, { maxLength: 700, size: 'max' }),
      fc.array(anyWalk, { maxLength: 8 }),
      async (changes, walks) => {
        const order = { key: `test-${randomUUID()}`, isPacked: true };
        const held = new Set<string>();
        for (const [change, place] of changes) change === 'PUT' ? held.add(place) : held.delete(place);
        await runScript(redis.client, CHANGE, [order.key], changes.flat());
        const all = sorted([...held]);
        expect(await allPacked(redis.client, { ...order, ...withPrefix('') })).toEqual(all);
        for (const { prefix, size, ...walk } of walks) {
          const range = { ...order, ...withPrefix(prefix) };
          const within = all.filter((place) => place.startsWith(prefix));
          const ahead = sorted(within, walk.downwards).filter((place) => isAhead(place, walk));
          const { places, isEnd } = await readPacked(redis.client, range, walk, size);
          expect(places).toEqual(ahead.slice(0, size));
          if (isEnd) expect(places).toHaveLength(ahead.length);
          else expect(places).toHaveLength(size);
          expect((await countPacked(redis.client, range)) > 0).toBe(within.length > 0);
        }
      },
    ),
    { numRuns: 100, endOnFailure: true },
  );
});

test.each([1, -1])('a block stays small, and many places are in few blocks (direction %d)', async (way) => {
  const key = `test-${randomUUID()}`;
  const places = Array.from({ length: 2_000 }, (_, index) => `${5_000 + way * index}\0id`);
  await runScript(
    redis.client,
    CHANGE,
    [key],
    places.flatMap((place) => ['PUT', place]),
  );
  const blocks = await redis.client.zRange(key, 0, -1);
  expect(Math.max(...blocks.map((block) => block.split('\0').length / 2))).toBeLessThanOrEqual(40);
  expect(blocks.length).toBeLessThanOrEqual(2_000 / 19);
  await runScript(
    redis.client,
    CHANGE,
    [key],
    places.flatMap((place) => ['TAKE', place]),
  );
  expect(await redis.client.exists(key)).toBe(0);
});

function sorted(places: readonly string[], downwards = false): string[] {
  return inOrder(
    places.map((place) => ({ place })),
    downwards,
  ).map(({ place }) => place);
}
