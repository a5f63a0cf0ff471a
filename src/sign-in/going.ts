import type { Request } from 'express';
import { parseAuthContext } from '../identity/auth-context.js';
import { parseReturnPath } from '../identity/return-path.js';

/** The page that a person wants to reach, and the authentication context that it needs. A second attempt keeps both. */
export interface Going {
  readonly next: string | undefined;
  readonly authContext: string | undefined;
}

/** The query of the sign-in page and of `/auth/sso/login`. */
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
