/** The name of a Conditional Access authentication context, `c1` to `c99`; undefined for anything else. */
export function parseAuthContext(text: unknown): string | undefined {
  return typeof text === 'string' && /^c[1-9]\d?$/.test(text) ? text : undefined;
}

/** The `claims` parameter (OpenID Connect Core §5.5): the ID token has to name the context in `acrs`. */
export function claimsRequestFor(authContext: string): string {
  return JSON.stringify({ id_token: { acrs: { essential: true, value: authContext } } });
}
