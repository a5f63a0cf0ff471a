import type { User } from './user.js';

/** How long somebody waits for an administrator's approval, milliseconds. Then the request counts as never made. */
export const REQUEST_LIFETIME = 30 * 24 * 60 * 60 * 1_000;

/** Whether somebody has waited so long that they count as gone: they may ask again. */
export function hasLapsed({ status, createdAt }: Pick<User, 'status' | 'createdAt'>, now: number): boolean {
  return status === 'pending' && now - Date.parse(createdAt) >= REQUEST_LIFETIME;
}
