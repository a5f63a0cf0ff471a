import type { Agent as TestAgent } from 'supertest';

/** The claims of a logout token (OpenID Connect Back-Channel Logout 1.0 §2.4) that was just issued. */
export function logoutClaims(
  issuer: string,
  clientId: string,
  named: { sub?: string; sid?: string },
  now = Date.now(),
) {
  const iat = Math.floor(now / 1_000);
  return {
    iss: issuer,
    aud: clientId,
    jti: crypto.randomUUID(),
    iat,
    exp: iat + 60,
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    ...named,
  };
}

/** Sends a logout token as the provider’s server does. */
export function notifyOfLogout(server: TestAgent, providerId: string, token: string) {
  return server
    .post(`/auth/sso/logout/${providerId}`)
    .set({ 'Sec-Fetch-Site': 'cross-site', Accept: '*/*' })
    .type('form')
    .send({ logout_token: token });
}
