import * as z from 'zod';
import { isUnresolved } from '../identity/reference.js';
import type { BaseUrl, StoreConfig } from './config.js';
import { parseRedisAddress } from './redis-address.js';
import { boolean, wholeNumber } from './schemas.js';
import type { SecretSetting, Setting } from './setting.js';
import type { SettingsReader } from './settings-reader.js';

const redisUrl = z
  .string()
  .trim()
  .superRefine((url, context) => {
    const parsed = parseRedisAddress(url);
    if ('problem' in parsed) context.addIssue({ code: 'custom', message: parsed.problem });
  });

/** A password that is an unresolved reference, such as `${REDIS_PASSWORD}`, is taken as it is written. */
function passwordsIn(url: string): readonly string[] {
  const [, written = ''] = /^[^/]*\/\/[^:/?#]*:(.*)@/s.exec(url) ?? [];
  if (isUnresolved(written)) return [written];
  const parsed = parseRedisAddress(url);
  const meant = 'address' in parsed ? parsed.address.password : undefined;
  return meant === undefined ? [] : [meant];
}

const LONGEST_PREFIX = 64;

export const storeSettings = {
  redisUrl: {
    name: 'REDIS_URL',
    secret: 'single',
    defaultInWords: 'unset (in-memory store)',
    example: 'redis://localhost:6379',
    meaning:
      'Redis, where sessions, users and tokens are kept: `redis://[user:password@]host:port[/database]`, `redis+sentinel://[user:password@]host:port,host:port/master-name[/database]` or `redis+cluster://[user:password@]host:port,host:port`; with TLS `rediss://`, `rediss+sentinel://`, `rediss+cluster://`. Without it everything is lost at a restart, which is refused in production and with an https `BASE_URL`.',
    secretsIn: passwordsIn,
    schema: redisUrl,
  } satisfies SecretSetting,
  redisPrefix: {
    name: 'REDIS_PREFIX',
    default: 'entrance:',
    example: 'entrance:',
    meaning: 'The beginning of every key in Redis, which tells several installations on one Redis apart.',
    schema: z
      .string()
      .refine(
        (text) => text.length <= LONGEST_PREFIX && /^[^\s{}\p{Cc}]+$/u.test(text),
        `must be at most ${LONGEST_PREFIX} characters, without blanks and braces`,
      ),
  } satisfies Setting<string>,
  redisWaitReplicas: {
    name: 'REDIS_WAIT_REPLICAS',
    default: '0',
    example: '1',
    meaning:
      'The number of replicas that must have a change before it counts as done: of users or tokens, an audit event, or the end of a session. If too few have it, the answer is 503. `0` doesn’t wait: a change may be lost when a replica takes over.',
    schema: wholeNumber(0, 100),
  } satisfies Setting<number>,
  allowMemoryStore: {
    name: 'ALLOW_MEMORY_STORE',
    default: 'false',
    example: 'true',
    meaning: 'Lets production, and an https `BASE_URL`, run without `REDIS_URL`, on the in-memory store.',
    schema: boolean,
  } satisfies Setting<boolean>,
};

/** The reason that the data must outlive a restart, as a part of a sentence; undefined if it may be lost. */
export type ReasonToLast = string | undefined;

/** An installation with a public address counts as production, whatever `NODE_ENV` says. */
export function reasonToLast(production: boolean, { secure }: Pick<BaseUrl, 'secure'>): ReasonToLast {
  if (production) return 'production needs';
  return secure ? 'an https BASE_URL needs' : undefined;
}

export function readStore(settings: SettingsReader, reason: ReasonToLast): StoreConfig {
  const redisUrl = settings.findSecret(storeSettings.redisUrl);
  const prefix = settings.get(storeSettings.redisPrefix);
  const waitReplicas = settings.get(storeSettings.redisWaitReplicas);
  const memoryAllowed = settings.get(storeSettings.allowMemoryStore);
  if (redisUrl === undefined && !settings.isRejected(storeSettings.redisUrl)) {
    if (reason !== undefined && !memoryAllowed) {
      settings.reject(
        storeSettings.redisUrl,
        `isn’t set, and ${reason} a store that outlives a restart (ALLOW_MEMORY_STORE=true does without)`,
      );
    } else {
      settings.warn(
        'REDIS_URL isn’t set: the in-memory store is in use. Everything is lost at a restart: sessions, users and tokens. Several instances share nothing',
      );
    }
  }
  if (redisUrl === undefined && waitReplicas > 0)
    settings.warn('REDIS_WAIT_REPLICAS has no effect: the in-memory store has no replicas');
  return { redisUrl, prefix, waitReplicas };
}

/** Whether the operator allows that all data, sessions included, is lost at a restart. */
export function mayForget(settings: SettingsReader): boolean {
  return !settings.isSet(storeSettings.redisUrl) && settings.get(storeSettings.allowMemoryStore);
}
