const ORIGIN = 'https://entrance.invalid';
/** Characters. Sealed into a cookie it has to stay below the 4,096 that browsers keep. */
const MAX_LENGTH = 2_048;
/** Characters that are looked at: a header holds no more. */
const MAX_READ = 16_384;

/**
 * A path of this origin to return to after signing in, or undefined for anything else: other origins, other schemes,
 * `//host`, backslashes, control characters, and the sign-in routes themselves (never a loop). Of one that is too long, what stands
 * behind `#` is left out, then the query.
 */
export function parseReturnPath(text: unknown, basePath = ''): string | undefined {
  const url = parseOwnAddress(text);
  if (url === undefined || isSignInPath(url.pathname, basePath)) return undefined;
  return lengthsOf(url).find((path) => path.length <= MAX_LENGTH);
}

/** Whether the path that `parseReturnPath` gives for this text leads there only roughly. */
export function isShortened(text: unknown): boolean {
  const url = parseOwnAddress(text);
  return url !== undefined && (lengthsOf(url)[0] ?? '').length > MAX_LENGTH;
}

function parseOwnAddress(text: unknown): URL | undefined {
  if (typeof text !== 'string' || text.length > MAX_READ) return undefined;
  if (!text.startsWith('/') || /^\/[/\\]|[\\\p{Cc}\p{Zl}\p{Zp}]/u.test(text)) return undefined;
  if (!URL.canParse(text, ORIGIN)) return undefined;
  const url = new URL(text, ORIGIN);
  return url.origin === ORIGIN && !url.pathname.startsWith('//') ? url : undefined;
}

/** As exact as it gets first. */
function lengthsOf({ hash, pathname, search }: URL): readonly string[] {
  return [`${pathname}${search}${hash}`, `${pathname}${search}`, pathname];
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
