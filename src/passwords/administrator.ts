import type { Logger } from 'pino';
import type { Clock } from '../clock.js';
import type { LocalAccountsConfig } from '../config/config.js';
import type { Directory } from '../directory/directory.js';
import { EntranceError } from '../errors.js';
import { PLATFORM_ADMIN } from '../identity/roles.js';
import { uuidv7 } from '../identity/uuid.js';
import { hashPassword } from './hashing.js';

/** How soon to try again while the store is away, milliseconds. */
const RETRY_PAUSE = 2_000;

/**
 * Creates the local administrator at the first start and never touches it afterwards. The store may be away when the
 * server starts: then this goes on trying. Returns what stops it.
 */
export function createAdministratorOnce(
  { administrator }: LocalAccountsConfig,
  directory: Directory,
  clock: Clock,
  log: Logger,
): { readonly done: Promise<void>; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  let finish: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });
  if (administrator === undefined) finish();
  else void attempt(administrator);
  return {
    done,
    stop() {
      clearTimeout(timer);
      finish();
    },
  };

  async function attempt(wanted: NonNullable<LocalAccountsConfig['administrator']>): Promise<void> {
    try {
      await createIfMissing(wanted);
      finish();
    } catch (error) {
      if (!(error instanceof EntranceError)) log.error({ err: error }, 'the local administrator could not be created');
      timer = setTimeout(() => void attempt(wanted), RETRY_PAUSE).unref();
    }
  }

  async function createIfMissing({ email, password, fullName }: NonNullable<LocalAccountsConfig['administrator']>): Promise<void> {
    const existing = await directory.findByEmail(email);
    if (existing !== undefined) {
      if (existing.provider !== 'local') {
        log.warn({ userId: existing.id }, 'PLATFORM_ADMIN_EMAIL belongs to an account that signs in with Microsoft: no local administrator was created');
      }
      return;
    }
    const outcome = await directory.create(
      {
        id: uuidv7(clock.now()),
        email,
        fullName,
        provider: 'local',
        providerId: null,
        tenantId: null,
        status: 'active',
        roles: [{ name: PLATFORM_ADMIN, origin: 'manual' }],
        teams: [],
        createdAt: new Date(clock.now()).toISOString(),
        lastLoginAt: null,
      },
      { passwordHash: await hashPassword(password.value()) },
    );
    // An instance that started at the same moment may have been first: then there is nothing left to do.
    if ('user' in outcome) log.info({ userId: outcome.user.id }, 'the local administrator was created');
  }
}
