/**
 * Anybody could sign in as anybody with these functions.
 * @throws Error if `NODE_ENV` is `production`
 */
export function assertNoProduction(setting?: string): void {
  const isProduction = [process.env.NODE_ENV, setting].some(
    (value) => value?.trim().toLowerCase() === 'production',
  );
  if (!isProduction) return;
  throw new Error(
    'express-entrance/testing signs anybody in, so it refuses to run while NODE_ENV is production',
  );
}
