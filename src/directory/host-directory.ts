import type { Audit } from '../audit/audit.js';
import type { ProviderId } from '../identity/user.js';
import type { Directory, OpenDirectory } from './directory.js';

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
