import { createHash, randomUUID } from 'node:crypto';
import type { JWTPayload } from 'jose';
import type { Persona } from '../personas.js';

/** What Entra's v2.0 ID token says: the protocol's claims as they were issued, then the person's, then the overrides. */
export function entraClaims(issued: JWTPayload, persona: Persona, tenantId: string): Record<string, unknown> {
  const { aud, iss, iat, exp, nonce } = issued;
  return {
    aud,
    iss,
    iat,
    nbf: iat,
    exp,
    email: persona.email,
    groups: persona.groups,
    name: persona.name,
    nonce,
    oid: persona.oid,
    preferred_username: persona.username,
    rh: '1.AAAA.',
    roles: persona.roles,
    sid: randomUUID(),
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
