import type { RequestHandler } from 'express';
import type { Config } from '../config/config.js';
import { EntranceError } from '../errors.js';
import { createFormOwners } from '../pages/form-owners.js';
import { isSafe } from '../requests/navigation.js';
import { sessionOf } from './guards.js';

/** Refuses a form whose page was made for another person than the one who is signed in now, or for nobody. */
export function requireOwnForm(config: Pick<Config, 'session'>): RequestHandler {
  const owners = createFormOwners(config);
  return (request, _response, next) => {
    if (isSafe(request)) return next();
    const { fullName, userId } = sessionOf(request).record;
    if (owners.isOwner(request, userId)) return next();
    throw new EntranceError('form_of_another', {
      detail: `You’re signed in as “${fullName}” now, and the page that sent this wasn’t made for you. Nothing was changed. Go back to it, look at it again, and send it once more if it is still meant.`,
    });
  };
}
