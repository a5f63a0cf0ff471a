import type { Request } from 'express';
import { parseAuthContext } from '../identity/auth-context.js';
import { parseReturnPath } from '../identity/return-path.js';

/** Where somebody is going, and the authentication context that this asks for: who has to try again still goes there. */
export interface Going {
  readonly next: string | undefined;
  readonly authContext: string | undefined;
}

/** As it stands in the addresses of the sign-in page and of `/auth/sso/login`. */
export function goingQuery({ authContext, next }: Going): URLSearchParams {
  return new URLSearchParams({
    ...(authContext === undefined ? {} : { auth_context: authContext }),
    ...(next === undefined ? {} : { next }),
  });
}

export function goingIn({ query }: Pick<Request, 'query'>, basePath: string): Going {
  return {
    next: parseReturnPath(query.next, basePath),
    authContext: parseAuthContext(query.auth_context),
  };
}
