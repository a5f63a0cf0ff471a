import type { OAuthProvider } from '#entrance/extensions.js';

export interface AcmeOptions {
  /** The server, such as `https://id.acme.example`. */
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** A provider with OAuth 2.0 alone: its API says who the person is. */
export function acmeProvider({ url, clientId, clientSecret }: AcmeOptions): OAuthProvider {
  return {
    id: 'acme',
    name: 'Acme ID',
    issuer: url,
    begin({ state, codeChallenge, redirectUri, loginHint }) {
      const query = new URLSearchParams({
        response_type: 'code',
        client_id: clientId,
        redirect_uri: redirectUri,
        state,
        code_challenge: codeChallenge,
        code_challenge_method: 'S256',
        ...(loginHint !== undefined && { login_hint: loginHint }),
      });
      return `${url}/authorize?${query}`;
    },
    async complete({ parameters, codeVerifier, redirectUri, signal }) {
      const body = new URLSearchParams({
        grant_type: 'authorization_code',
        code: parameters.get('code') ?? '',
        redirect_uri: redirectUri,
        client_id: clientId,
        client_secret: clientSecret,
        code_verifier: codeVerifier,
      });
      const { access_token: accessToken } = await json(`${url}/token`, { method: 'POST', body, signal });
      const headers = { authorization: `Bearer ${accessToken}` };
      const { sub, email, email_verified, name, groups } = await json(`${url}/userinfo`, { headers, signal });
      return { subject: sub, email, emailVerified: email_verified, fullName: name, groups };
    },
  };
}

async function json(url: string, request: RequestInit) {
  const answer = await fetch(url, request);
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return JSON.parse(await answer.text());
}
