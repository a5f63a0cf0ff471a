import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { SessionConfig } from './config.js';
import { duration } from './schemas.js';
import { Secret } from './secret.js';
import type { SecretSetting, Setting } from './setting.js';
import type { SettingsReader } from './settings-reader.js';
import type { ReasonToLast } from './store.js';

const SECRET_BYTES = 32;
/** A quarter of the bits of 32 random hexadecimal digits: more than three words have. */
const LEAST_VARIETY_BITS = 32;

export const sessionSettings = {
  secret: {
    name: 'SESSION_SECRET',
    secret: 'list',
    defaultInWords: 'made up at each start; required in production and with an https `BASE_URL`',
    example: 'the output of `openssl rand -base64 48`',
    exampleInWords: true,
    meaning: `Signs the cookies; at least ${SECRET_BYTES} bytes. A list rotates it: the first signs, all are accepted.`,
    anyText: true,
    leastVariety: LEAST_VARIETY_BITS,
    schema: z
      .string()
      .refine(
        (secret) => Buffer.byteLength(secret) >= SECRET_BYTES,
        `must have at least ${SECRET_BYTES} bytes (each, where it is a list)`,
      ),
  } satisfies SecretSetting,
  idleTimeout: {
    name: 'SESSION_IDLE_TIMEOUT',
    default: '30m',
    example: '30m',
    meaning: 'A session ends when it hasn’t been used for this long.',
    schema: duration,
  } satisfies Setting<number>,
  absoluteTimeout: {
    name: 'SESSION_ABSOLUTE_TIMEOUT',
    default: '8h',
    example: '8h',
    meaning: 'A session ends this long after signing in, however much it is used.',
    schema: duration,
  } satisfies Setting<number>,
};

export function readSession(settings: SettingsReader, reason: ReasonToLast): SessionConfig {
  const secret = settings.findSecret(sessionSettings.secret);
  const idleTimeout = settings.get(sessionSettings.idleTimeout);
  const absoluteTimeout = settings.get(sessionSettings.absoluteTimeout);

  const { idleTimeout: idle, absoluteTimeout: absolute } = sessionSettings;
  if (idleTimeout > absoluteTimeout && !settings.isRejected(idle, absolute)) {
    const shorter = settings.isSet(idle) ? idle : absolute;
    settings.reject(
      shorter,
      'makes the idle timeout longer than the absolute one, SESSION_ABSOLUTE_TIMEOUT',
      exampleFor(shorter.name),
    );
  }
  if (secret === undefined && !settings.isRejected(sessionSettings.secret)) {
    if (reason !== undefined)
      settings.reject(sessionSettings.secret, `isn’t set, and ${reason} one that outlives a restart`);
    else
      settings.warn(
        'SESSION_SECRET isn’t set: one was made up for this run, and a restart signs everybody out',
      );
  }
  return {
    secret: secret ?? Secret.of(randomBytes(SECRET_BYTES).toString('base64url')),
    idleTimeout,
    absoluteTimeout,
  };
}

function exampleFor(name: string): string {
  return name === sessionSettings.idleTimeout.name
    ? `${name}=30m with SESSION_ABSOLUTE_TIMEOUT=8h`
    : `${name}=8h with SESSION_IDLE_TIMEOUT=30m`;
}
