import type { Happening, TeamName } from '../audit/event.js';
import type { Clock } from '../clock.js';
import { grantsAt, hasEnded } from '../identity/grant-end.js';
import type { Directory, KnownUser, User, UserChanges } from './directory.js';
import { userFilter } from './user-page.js';

/** The teams, of which an event tells the name. */
interface TeamsById {
  findAll(ids: readonly string[]): Promise<ReadonlyMap<string, TeamName>>;
}

/**
 * A directory in which roles and memberships end by the clock: a user has none that ended. The store holds a grant that
 * ended until the next write of its user, which removes the grant and records the end in the same step.
 */
export function withCurrentGrants(directory: Directory, clock: Clock, teams: TeamsById): Directory {
  /** The users as they are stored, if grants of them have ended. */
  const stored = new WeakMap<User, User>();

  function current(user: User): User {
    const now = clock.now();
    const [roles, teams] = [grantsAt(user.roles, now), grantsAt(user.teams, now)];
    if (roles === user.roles && teams === user.teams) return user;
    const seen = { ...user, roles, teams };
    stored.set(seen, user);
    return seen;
  }

  const found = async (finding: Promise<User | undefined>) => {
    const user = await finding;
    return user && current(user);
  };

  return {
    ...directory,
    find: (id) => found(directory.find(id)),
    findByIdentity: (key) => found(directory.findByIdentity(key)),
    findByEmail: (email) => found(directory.findByEmail(email)),
    async list(query) {
      const page = await directory.list(query);
      const users = page.users.map(current);
      if (!users.some((user) => stored.has(user))) return page;
      const matches = userFilter(query);
      return { ...page, users: users.filter((user) => !stored.has(user) || matches(user)) };
    },
    async *everybody() {
      for await (const known of directory.everybody())
        yield known.map(({ user, seen }): KnownUser => ({ user: current(user), seen }));
    },
    async listEndedGrants(...query) {
      return (await directory.listEndedGrants(...query)).map(current);
    },
    async update(user, changes, options = {}) {
      const before = stored.get(user);
      if (before === undefined) return directory.update(user, changes, options);
      const kept: UserChanges = { roles: user.roles, teams: user.teams, ...changes };
      const names = await teams.findAll(before.teams.map(({ name }) => name));
      const events = [...endsOf(before, names, clock.now()), ...(options.events ?? [])];
      return directory.update(before, kept, { ...options, events });
    },
    delete: (user, options) => directory.delete(stored.get(user) ?? user, options),
  };
}

function endsOf(target: User, teams: ReadonlyMap<string, TeamName>, now: number): Happening[] {
  const ended = (grant: User['roles'][number]) => hasEnded(grant, now);
  return [
    ...target.roles.filter(ended).map(({ name }): Happening => {
      return { action: 'role-end', by: {}, target, roles: { added: [], removed: [name] } };
    }),
    ...target.teams.filter(ended).map(({ name }): Happening => {
      return {
        action: 'membership-end',
        by: {},
        target,
        team: { id: name, name: teams.get(name)?.name ?? name },
      };
    }),
  ];
}
