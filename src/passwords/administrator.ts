import type { Logger } from 'pino';
import type { Clock } from '../clock.js';
import type { LocalAccountsConfig } from '../config/config.js';
import type { Directory } from '../directory/directory.js';
import { EntranceError } from '../errors.js';
import { PLATFORM_ADMIN } from '../identity/roles.js';
import { uuidv7 } from '../identity/uuid.js';
import { hashPassword } from './hashing.js';

/** How soon to try again while the store is away, milliseconds: soon at first, since it may just be connecting. */
const FIRST_RETRY = 50;
const LONGEST_RETRY = 2_000;

export interface AdministratorCreation {
  /** Resolves when the account exists, none is configured, or it was stopped. */
  readonly done: Promise<void>;
  /** False while the account is still to be created. */
  readonly isDone: boolean;
  stop(): void;
}

/**
 * Creates the local administrator at the first start and never touches it afterwards. The store may be away when the
 * server starts: then this goes on trying. Returns what stops it.
 */
export function createAdministratorOnce(
  { administrator }: LocalAccountsConfig,
  directory: Directory,
  clock: Clock,
  log: Logger,
): AdministratorCreation {
  let timer: NodeJS.Timeout | undefined;
  let isDone = false;
  let finish: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    finish = () => {
      isDone = true;
      resolve();
    };
  });
  if (administrator === undefined) finish();
  else void attempt(administrator);
  return {
    done,
    get isDone() {
      return isDone;
    },
    stop() {
      clearTimeout(timer);
      finish();
    },
  };

  async function attempt(
    wanted: NonNullable<LocalAccountsConfig['administrator']>,
    pause = FIRST_RETRY,
  ): Promise<void> {
    try {
      await createIfMissing(wanted);
      finish();
    } catch (error) {
      if (!(error instanceof EntranceError))
        log.error({ err: error }, 'the local administrator could not be created');
      timer = setTimeout(() => void attempt(wanted, Math.min(pause * 2, LONGEST_RETRY)), pause).unref();
    }
  }

  async function createIfMissing({
    email,
    password,
    fullName,
  }: NonNullable<LocalAccountsConfig['administrator']>): Promise<void> {
    const existing = await directory.findByEmail(email);
    if (existing !== undefined) {
      if (existing.provider !== 'local') {
        log.warn(
          { userId: existing.id },
          'PLATFORM_ADMIN_EMAIL belongs to an account that signs in with Microsoft: no local administrator was created',
        );
      }
      return;
    }
    const id = uuidv7(clock.now());
    const outcome = await directory.create(
      {
        id,
        email,
        fullName,
        provider: 'local',
        providerId: null,
        tenantId: null,
        status: 'active',
        roles: [{ name: PLATFORM_ADMIN, origin: 'manual' }],
        decision: null,
        teams: [],
        createdAt: new Date(clock.now()).toISOString(),
        lastLoginAt: null,
      },
      {
        passwordHash: await hashPassword(password.value()),
        events: [{ action: 'administrator-create', by: {}, target: { id, email, fullName } }],
      },
    );
    // An instance that started at the same moment may have been first: then there is nothing left to do.
    if ('user' in outcome) log.info({ userId: outcome.user.id }, 'the local administrator was created');
  }
}
