import type { Request } from 'express';
import { actorOf, principalOf } from '../guards/guards.js';
import type { User } from '../identity/user.js';
import { assertMayChange } from './may-grant.js';
import { assertMatches } from './versions.js';

/** An operation with `changesUser` hands this to the change that it asks for. */
export function changeOfUser(request: Request<Record<string, string>>) {
  const principal = principalOf(request);
  return {
    by: actorOf(request),
    /** Runs at the moment of the write, with the user as they are then, so nobody becomes an administrator in between. */
    check(user: User): void {
      assertMayChange(principal, user);
      assertMatches(request, user);
    },
  };
}
