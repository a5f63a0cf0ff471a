import type { ProviderId, User } from '../identity/user.js';
import type { Directory } from './directory.js';
import { administersBy } from './user-keys.js';

/** Whether this user is a `platform_admin` who can sign in by one of these ways. */
export async function canAdminister(
  directory: Pick<Directory, 'findPasswordHash'>,
  user: User,
  waysIn: readonly ProviderId[],
): Promise<boolean> {
  const ways = administersBy(user).filter((way) => waysIn.includes(way));
  if (ways.some((way) => way !== 'local')) return true;
  return ways.length > 0 && (await directory.findPasswordHash(user.id)) !== undefined;
}
