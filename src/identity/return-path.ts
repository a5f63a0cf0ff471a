const ORIGIN = 'https://entrance.invalid';
/** Sealed into a cookie, the path has to stay below the 4,096 bytes that browsers keep. */
const MAX_LENGTH = 2_048;
/** The most characters that are parsed: no header holds more. */
const MAX_READ = 16_384;

/**
 * A path of this origin to return to after signing in. Undefined for anything else: other origins, other schemes,
 * `//host`, backslashes, control characters, and the sign-in routes themselves, which would be a loop. A path that is
 * too long loses its fragment, then its query.
 */
export function parseReturnPath(text: unknown, basePath = ''): string | undefined {
  const url = parseOwnAddress(text);
  if (url === undefined || isSignInPath(url.pathname, basePath)) return undefined;
  return lengthsOf(url).find((path) => path.length <= MAX_LENGTH);
}

/** Whether `parseReturnPath` shortens the path in this text. */
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

/** The path in three lengths, the most exact one first. */
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
