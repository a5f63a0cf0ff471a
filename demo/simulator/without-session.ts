import type { IncomingMessage } from 'node:http';

/** Hides the session of an OpenID provider from it, so that each sign-in asks who it is for. */
export function withoutSession(request: IncomingMessage): void {
  const cookies = (request.headers.cookie ?? '').split(/; */);
  request.headers.cookie = cookies.filter((cookie) => !cookie.startsWith('_session')).join('; ');
}
