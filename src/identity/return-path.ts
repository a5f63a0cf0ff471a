const ORIGIN = 'https://entrance.invalid';
/** Five sign-ins under way have to fit into one Cookie header. */
const MAX_LENGTH = 1_024;

/**
 * A path of this origin to return to after signing in, or undefined for anything else: other origins, other schemes,
 * `//host`, backslashes, control characters, and the sign-in routes themselves (never a loop).
 */
export function parseReturnPath(text: unknown, basePath = ''): string | undefined {
  if (typeof text !== 'string' || text.length > MAX_LENGTH) return undefined;
  if (!text.startsWith('/') || /^\/[/\\]|[\\\p{Cc}\p{Zl}\p{Zp}]/u.test(text)) return undefined;
  if (!URL.canParse(text, ORIGIN)) return undefined;
  const url = new URL(text, ORIGIN);
  if (url.origin !== ORIGIN || url.pathname.startsWith('//')) return undefined;
  return isSignInPath(url.pathname, basePath) ? undefined : `${url.pathname}${url.search}${url.hash}`;
}

function isSignInPath(pathname: string, basePath: string): boolean {
  const path = pathname.toLowerCase();
  const base = basePath.toLowerCase();
  return [
    `${base}/admin/login`,
    `${base}/admin/logout`,
    `${base}/admin/signed-out`,
    `${base}/auth/sso/`,
  ].some((prefix) => path.startsWith(prefix));
}
