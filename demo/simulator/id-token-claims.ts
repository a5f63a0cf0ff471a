import { createHash, randomUUID } from 'node:crypto';
import type { JWTPayload } from 'jose';
import type { Persona } from '../personas.js';
import type { SignIn } from './sign-ins.js';

/** What Entra's v2.0 ID token says: the protocol's claims as they were issued, then the person's, then the overrides. */
export function entraClaims(
  issued: JWTPayload,
  persona: Persona,
  { sid, authContexts }: SignIn,
  tenantId: string,
): Record<string, unknown> {
  const { aud, iss, iat, exp, nonce } = issued;
  return {
    acrs: authContexts.length > 0 ? authContexts : undefined,
    aud,
    iss,
    iat,
    nbf: iat,
    exp,
    email: persona.email,
    groups: persona.groups,
    login_hint: `O.${Buffer.from(persona.username).toString('base64url')}`,
    name: persona.name,
    nonce,
    oid: persona.oid,
    preferred_username: persona.username,
    rh: '1.AAAA.',
    roles: persona.roles,
    sid,
    sub: pairwiseSubject(persona, String(aud)),
    tid: tenantId,
    uti: randomUUID(),
    ver: '2.0',
    ...persona.claims,
  };
}

/** Entra's `sub` is of one person in one application, and can't be told from the `oid`. */
function pairwiseSubject(persona: Persona, clientId: string): string {
  return createHash('sha256').update(`${clientId} ${persona.oid}`).digest('base64url');
}
