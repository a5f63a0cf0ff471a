import type { User } from './user.js';

/**
 * The time in which an administrator can approve a request, milliseconds. Afterwards the request counts as never made.
 */
export const REQUEST_LIFETIME = 30 * 24 * 60 * 60 * 1_000;

/** Whether a request for approval is so old that it counts as never made: the person may ask again. */
export function hasLapsed({ status, createdAt }: Pick<User, 'status' | 'createdAt'>, now: number): boolean {
  return status === 'pending' && now - Date.parse(createdAt) >= REQUEST_LIFETIME;
}
