import type { Audit } from '../audit/audit.js';
import type { Happening } from '../audit/event.js';
import type { ProviderId } from '../identity/user.js';
import type { Directory } from './directory.js';

/** What a host app's own directory gets when it is made. */
export interface DirectoryContext {
  /**
   * Records the events of a write. Call it inside the transaction of the write, before the commit, and roll back if it
   * rejects: then a change is never without its event.
   */
  record(events: readonly Happening[]): Promise<void>;
  /** The ways in that are open to administrators: IDs of providers, and `local`. */
  readonly waysIn: readonly ProviderId[];
}

/** Makes the directory of a host app, which keeps the users in its own table. */
export type OpenDirectory = (context: DirectoryContext) => Directory;

/** A directory may be an instance of a class, whose methods need it as `this`. */
export function openHostDirectory(
  open: OpenDirectory,
  audit: Pick<Audit, 'record'>,
  waysIn: readonly ProviderId[],
): Directory {
  const own = open({
    waysIn,
    async record(events) {
      for (const event of events) await audit.record(event);
    },
  });
  return {
    migrate: () => own.migrate(),
    find: (id) => own.find(id),
    findByIdentity: (key) => own.findByIdentity(key),
    findByEmail: (email) => own.findByEmail(email),
    list: (query) => own.list(query),
    count: () => own.count(),
    countWithStatus: (status) => own.countWithStatus(status),
    countSignedInBefore: (time) => own.countSignedInBefore(time),
    countInTeams: (ids) => own.countInTeams(ids),
    countInRoles: () => own.countInRoles(),
    listEndedGrants: (now, limit) => own.listEndedGrants(now, limit),
    create: (user, options) => own.create(user, options),
    update: (user, changes, options) => own.update(user, changes, options),
    delete: (user, options) => own.delete(user, options),
    findSeen: (user) => own.findSeen(user),
    everybody: () => own.everybody(),
    isLastAdmin: (user) => own.isLastAdmin(user),
    hasAdmin: () => own.hasAdmin(),
    findPasswordHash: (id) => own.findPasswordHash(id),
    setPasswordHash: (id, hash) => own.setPasswordHash(id, hash),
  };
}
