import { randomBytes } from 'node:crypto';
import { createHashQueue, type Place } from './hash-queue.js';
import { isTooLong, MAX_PASSWORD_BYTES, normalisePassword } from './password-text.js';

/** The parameters of argon2id that the OWASP Password Storage Cheat Sheet recommends; memory in KiB. */
const ARGON2ID = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const SALT_BYTES = 16;
const DIGEST_BYTES = 32;
const VERSION = 19;

/** Half of Node's four pool threads, and 40 MiB at most. The last task of a full queue waits a second or two. */
const queue = createHashQueue({ concurrency: 2, longest: 100 });

/** A hash that no password matches, with the parameters of a real hash, so that it takes the same time to check. */
const DECOY = `$argon2id$v=${VERSION}$m=${ARGON2ID.memoryCost},t=${ARGON2ID.timeCost},p=${ARGON2ID.parallelism}$${unpadded(SALT_BYTES)}$${unpadded(DIGEST_BYTES)}`;

/**
 * Hashes a password, as a PHC string.
 * @throws RangeError for a password of more than 1,024 bytes, which `passwordProblem` reports; EntranceError
 *   `too_many_attempts`
 */
export async function hashPassword(password: string, place?: Place): Promise<string> {
  const normalised = normalisePassword(password);
  if (isTooLong(normalised)) throw new RangeError(`a password has at most ${MAX_PASSWORD_BYTES} bytes`);
  return queue.run(async () => (await argon2()).hash(normalised, ARGON2ID), place);
}

/**
 * Whether the hash is of this password. If the account doesn't exist (`undefined`), or the password is longer than any
 * that we accept, this does the same work and answers no.
 * @throws EntranceError `too_many_attempts` if too many tasks wait for their turn
 */
export async function verifyPassword(
  hashed: string | undefined,
  password: string,
  place?: Place,
): Promise<boolean> {
  const normalised = normalisePassword(password);
  const acceptable = !isTooLong(normalised);
  const matches = await queue.run(
    async () => (await argon2()).verify(hashed ?? DECOY, acceptable ? normalised : ''),
    place,
  );
  return matches && acceptable && hashed !== undefined;
}

/** Whether a hash has other parameters than new hashes get. */
export async function needsRehash(hashed: string): Promise<boolean> {
  if (!hashed.startsWith(`$argon2id$v=${VERSION}$`)) return true;
  const { memoryCost, timeCost, parallelism, outputLen } = (await argon2()).parseOptions(hashed);
  return (
    memoryCost !== ARGON2ID.memoryCost ||
    timeCost !== ARGON2ID.timeCost ||
    parallelism !== ARGON2ID.parallelism ||
    outputLen !== DIGEST_BYTES
  );
}

/** A native library. It is loaded for the first password, since a start that creates no account needs none. */
const argon2 = () => import('@node-rs/argon2');

function unpadded(length: number): string {
  return randomBytes(length).toString('base64').replaceAll('=', '');
}
