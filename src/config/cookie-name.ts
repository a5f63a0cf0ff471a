import { createHash } from 'node:crypto';
import type { BaseUrl } from './config.js';

/** The kinds of our cookies, besides the session cookie, whose name has no kind. */
const kinds = [
  ...(['transaction', 'notice', 'refusal', 'logout-hint', 'theme', 'may-ask', 'new-secret'] as const),
  ...(['last-provider', 'signed-out'] as const),
] as const;
export type CookieKind = (typeof kinds)[number];

/**
 * The name of a cookie of this installation. A browser keeps one set of cookies for all ports and paths of a host, so
 * the name ends in the port, unless it is the scheme's default, and in the path. Over https the prefix makes browsers
 * insist on Secure, host-only and Path=/ (RFC 6265bis §4.1.3.2).
 */
export function cookieName(baseUrl: BaseUrl, kind?: CookieKind): string {
  const { port } = new URL(baseUrl.origin);
  const parts = ['entrance', kind, port, slugOf(baseUrl.path)].filter((part) => part);
  return `${baseUrl.secure ? '__Host-' : ''}${parts.join('-')}`;
}

/** The path as a word. A digest follows if another path, a port or a kind of cookie would give the same word. */
function slugOf(path: string): string {
  const slug = path
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  const isPlain = path === '' || path === `/${slug}`;
  const isTaken = /^\d/.test(slug) || kinds.some((kind) => slug.startsWith(kind));
  if (isPlain && !isTaken) return slug;
  return `${slug}-${createHash('sha256').update(path).digest('hex').slice(0, 8)}`;
}
