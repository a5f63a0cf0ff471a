import type { Logger } from 'pino';
import type { Clock } from '../clock.js';
import type { LocalAccountsConfig } from '../config/config.js';
import type { Directory } from '../directory/directory.js';
import { PLATFORM_ADMIN } from '../identity/roles.js';
import { uuidv7 } from '../identity/uuid.js';
import { hashPassword } from './hashing.js';

/** An account that exists is never changed. @throws EntranceError `store_unavailable` */
export async function ensureAdministrator(
  { administrator }: LocalAccountsConfig,
  directory: Directory,
  clock: Clock,
  log: Logger,
): Promise<void> {
  if (administrator === undefined) return;
  const { email, password, fullName } = administrator;
  const existing = await directory.findByEmail(email);
  if (existing !== undefined) {
    if (existing.provider !== 'local') {
      log.warn(
        { userId: existing.id },
        'PLATFORM_ADMIN_EMAIL belongs to an account that signs in with a provider: no local administrator was created',
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
      providerScope: null,
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
  // If another instance created the account at the same moment, there is nothing left to do.
  if ('user' in outcome) log.info({ userId: outcome.user.id }, 'the local administrator was created');
}
