import type { User } from './user.js';

/** The days in which an administrator can approve a request. Afterwards the request counts as never made. */
export const REQUEST_LIFETIME_DAYS = 30;
export const REQUEST_LIFETIME_MS = REQUEST_LIFETIME_DAYS * 86_400_000;

/** Whether a request for approval is so old that it counts as never made: the person may ask again. */
export function hasLapsed({ status, createdAt }: Pick<User, 'status' | 'createdAt'>, now: number): boolean {
  return status === 'pending' && now - Date.parse(createdAt) >= REQUEST_LIFETIME_MS;
}
