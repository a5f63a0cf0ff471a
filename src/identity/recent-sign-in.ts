/** A change of how somebody signs in needs a sign-in within this time, milliseconds. */
const RECENT_MS = 15 * 60 * 1_000;

/** Whether a session that began then began a short time ago. Both are milliseconds since 1970. */
export function isRecent(createdAt: number, now: number): boolean {
  return now - createdAt <= RECENT_MS;
}
