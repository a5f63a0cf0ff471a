import { z } from 'zod';
import type { StoreConfig } from './config.js';
import { boolean } from './schemas.js';
import type { SecretSetting, Setting } from './setting.js';
import type { SettingsReader } from './settings-reader.js';

const redisUrl = z
  .string()
  .trim()
  .refine(
    (url) => !/^rediss?\+(?:sentinel|cluster):/i.test(url),
    'names Sentinel or a cluster, and this version doesn’t connect to them yet: it takes redis:// and rediss://',
  )
  .pipe(z.string().regex(/^rediss?:\/\//, 'must begin with redis:// or, for TLS, rediss://'))
  .pipe(
    z
      .string()
      .refine(
        isRedisUrl,
        'must have a host and behind it at most a port and the number of a database, and nothing else',
      ),
  );

export const storeSettings = {
  redisUrl: {
    name: 'REDIS_URL',
    secret: 'single',
    defaultInWords: 'unset (in-memory store)',
    example: 'redis://localhost:6379',
    meaning:
      'Redis, where sessions, users and tokens are kept: `redis://` or, with TLS, `rediss://`, with user name, password and database number where needed. Without it everything is lost at a restart, which production refuses.',
    schema: redisUrl,
  } satisfies SecretSetting,
  redisPrefix: {
    name: 'REDIS_PREFIX',
    default: 'entrance:',
    example: 'entrance:',
    meaning: 'What every key in Redis begins with; tells several installations on one Redis apart.',
    schema: z
      .string()
      .regex(/^[^\s{}\p{Cc}]{1,64}$/u, 'must be at most 64 characters, without blanks and braces'),
  } satisfies Setting<string>,
  allowMemoryStore: {
    name: 'ALLOW_MEMORY_STORE',
    default: 'false',
    example: 'true',
    meaning: 'Lets production run without `REDIS_URL`, on the in-memory store.',
    schema: boolean,
  } satisfies Setting<boolean>,
};

export function readStore(settings: SettingsReader, production: boolean): StoreConfig {
  const redisUrl = settings.findSecret(storeSettings.redisUrl);
  const prefix = settings.get(storeSettings.redisPrefix);
  const memoryAllowed = settings.get(storeSettings.allowMemoryStore);
  if (redisUrl === undefined && !settings.isRejected(storeSettings.redisUrl)) {
    if (production && !memoryAllowed) {
      settings.reject(
        storeSettings.redisUrl,
        'isn’t set, and production needs a store that outlives a restart (ALLOW_MEMORY_STORE=true does without)',
      );
    } else {
      settings.warn(
        'REDIS_URL isn’t set: the in-memory store is in use. Everything is lost at a restart: sessions, users and tokens. Several instances share nothing',
      );
    }
  }
  return { redisUrl, prefix };
}

function isRedisUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { hostname, pathname, search, hash, username, password } = new URL(text);
  return (
    hostname !== '' &&
    /^(?:\/\d{0,4})?$/.test(pathname) &&
    search === '' &&
    hash === '' &&
    isDecodable(username + password)
  );
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
