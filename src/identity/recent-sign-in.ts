/** The longest time between a sign-in and a change of the way in which the person signs in. */
const RECENT_MS = 15 * 60 * 1_000;

/** Whether a session that began at `createdAt` is recent. Both times are milliseconds since 1970. */
export function isRecent(createdAt: number, now: number): boolean {
  return now - createdAt <= RECENT_MS;
}
