import type { Happening } from '#entrance/audit/event.js';
import type { NewUser } from '#entrance/directory/directory.js';
import { provisionUser } from '#entrance/people/provision.js';
import type { Stores } from '#entrance/stores.js';
import { changes } from './changes.js';
import { DemoError } from './demo-error.js';
import { DAY, HEAD, type HistoryOptions, HOUR, type Moment, personBy } from './moment.js';
import { refusals } from './refusals.js';
import { actorFor, beginSession, chance, recordSignIn } from './visits.js';

const DAYS = 30;
/** The oldest sign-in whose session is still there. */
const OLDEST_SESSION = 7 * HOUR;

/**
 * Makes the last month of the demo: sign-ins, refusals and changes, each at its time by the turned clock and by the
 * functions that the console uses, so that the audit log is as the product would have written it.
 */
export async function makeHistory(users: readonly NewUser[], options: HistoryOptions): Promise<void> {
  const { stores, clock } = options;
  const now = clock.now();
  const moments = [
    ...users.map((user) => arrival(user, now, stores)),
    ...users.flatMap((user) => visits(user, now, stores)),
    ...refusals(users, options),
    ...changes(options),
  ].sort((one, other) => other.ago - one.ago);
  for (const { ago, happen } of moments) {
    clock.standAt(now - ago);
    await happen(now - ago);
  }
  clock.go();
}

/** Accounts that are older than the history are there without an event. */
function arrival(user: NewUser, now: number, stores: Stores): Moment {
  const ago = now - Date.parse(user.createdAt);
  if (ago > DAYS * DAY) {
    return { ago: (DAYS + 1) * DAY, happen: () => create(stores, user) };
  }
  const wasAdded = user.providerId === null;
  return {
    ago,
    async happen(at) {
      if (wasAdded)
        return void (await provisionUser(stores.directory, user, actorFor(await personBy(stores, HEAD)), at));
      const asked = { ...user, status: 'pending', decision: null } as const;
      await create(stores, asked, {
        action: 'user-request',
        by: actorFor(user),
        target: user,
        provider: user.provider,
      });
    },
  };
}

async function create({ directory }: Stores, user: NewUser, ...events: readonly Happening[]): Promise<void> {
  const outcome = await directory.create(user, { events });
  if ('conflict' in outcome) throw new DemoError(`${user.email}: ${outcome.conflict}`);
}

/** The sign-ins of a user on working days, up to the last one. The latest ones have a session. */
function visits(user: NewUser, now: number, stores: Stores): readonly Moment[] {
  if (user.lastLoginAt === null) return [];
  const last = now - Date.parse(user.lastLoginAt);
  const eagerness = 0.25 + chance(`eager ${user.email}`) / 2;
  const earlier = Array.from({ length: DAYS }, (_, day) => {
    const ago = last + (day + 1) * DAY + (chance(`${day} ${user.email}`) - 0.5) * 3 * HOUR;
    const isWorkingDay = ![0, 6].includes(new Date(now - ago).getUTCDay());
    return isWorkingDay && chance(`goes ${day} ${user.email}`) < eagerness ? [ago] : [];
  }).flat();
  const begun = now - Date.parse(user.createdAt);
  return [last, ...earlier]
    .filter((ago) => ago <= Math.min(DAYS * DAY, begun))
    .flatMap((ago) => visit(user, ago, now, stores));
}

function visit({ email }: NewUser, ago: number, now: number, stores: Stores): readonly Moment[] {
  const signIn: Moment = {
    ago,
    async happen(at) {
      const user = await personBy(stores, email);
      await recordSignIn(stores, user);
      const lastSeenAt = now - ago * chance(`seen ${email}`);
      if (ago < OLDEST_SESSION) await beginSession(stores, user, at, Math.floor(lastSeenAt));
    },
  };
  const stay = (1 + 6 * chance(`stay ${ago} ${email}`)) * HOUR;
  if (ago < OLDEST_SESSION + stay || chance(`leaves ${ago} ${email}`) < 0.6) return [signIn];
  const signOut: Moment = {
    ago: ago - stay,
    async happen() {
      await stores.audit.record({ action: 'user-sign-out', by: actorFor(await personBy(stores, email)) });
    },
  };
  return [signIn, signOut];
}
