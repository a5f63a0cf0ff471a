import type { Directory } from '../directory/directory.js';
import type { Hooks } from './hooks.js';

/** The directory, which tells the host app of each user that is created, whoever creates them. */
export function tellingOfCreation(directory: Directory, hooks: Pick<Hooks, 'userCreated'>): Directory {
  return {
    ...directory,
    async create(user, options) {
      const outcome = await directory.create(user, options);
      if ('user' in outcome) hooks.userCreated(outcome.user);
      return outcome;
    },
  };
}
