import type { Directory, OpenDirectory } from '#entrance/directory/directory.js';
import { openInMemory } from './directories.js';

/**
 * A directory as a host app has it: it records by the context, and writes one after the other. Ours in memory carries it
 * out. What a write would meet is looked up first, so that a conflict records nothing and a failure writes nothing.
 */
export const openHostDirectory: OpenDirectory = ({ record, waysIn }) => {
  const { directory: own } = openInMemory(waysIn);
  const inTurn = taking();
  const isPresent = async ({ id, version }: { id: string; version: number }) =>
    (await own.find(id))?.version === version;

  return {
    ...own,
    create: (user, { events = [], ...options } = {}) =>
      inTurn(async () => {
        if (!(await isTaken(own, user))) await record(events);
        return own.create(user, options);
      }),
    update: (user, changes, { events = [], ifLastAdmin = [], ...options } = {}) =>
      inTurn(async () => {
        if (await isPresent(user)) await record(events);
        const outcome = await own.update(user, changes, options);
        if ('user' in outcome && outcome.tookLastAdmin) await record(ifLastAdmin);
        return outcome;
      }),
    delete: (user, { events = [], ...options } = {}) =>
      inTurn(async () => {
        if (await isPresent(user)) await record(events);
        return own.delete(user, options);
      }),
  };
};

async function isTaken(own: Directory, user: Parameters<Directory['create']>[0]): Promise<boolean> {
  const { emailDoubt, provider, providerId, providerScope } = user;
  if (emailDoubt === undefined && (await own.findByEmail(user.email)) !== undefined) return true;
  if (providerId === null || providerScope === null) return false;
  return (await own.findByIdentity({ provider, providerId, providerScope })) !== undefined;
}

/** Each piece of work begins when the one before it has ended. */
function taking(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = last.then(work, work);
    last = done.catch(() => undefined);
    return done;
  };
}
