const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** Stands before what isn't a UUID in its usual form; no base64url digit. */
const LITERAL = '=';

/** A UUID in 22 characters in place of 36, which over a million users and all their indexes is much; other text as it is. */
export function compactId(id: string): string {
  return UUID.test(id) ? Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url') : `${LITERAL}${id}`;
}

/** What `compactId` was given. */
export function fullId(compact: string): string {
  if (compact.startsWith(LITERAL)) return compact.slice(LITERAL.length);
  const hex = Buffer.from(compact, 'base64url').toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
