import { RedisClient } from '@redis/client';

type Factory = ReturnType<typeof RedisClient.factory>;
let factory: Factory | undefined;

/** As node-redis's `createClient`, which makes a class of four hundred commands anew where the options aren't the last ones. */
export function newClient(options: Parameters<Factory>[0]): ReturnType<Factory> {
  factory ??= RedisClient.factory();
  return factory(options);
}
