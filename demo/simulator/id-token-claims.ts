import { createHash, randomUUID } from 'node:crypto';
import type { JWTPayload } from 'jose';
import type { Persona } from '../personas.js';
import { MOST_GROUPS_IN_TOKEN } from './graph.js';
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
    ...groupsOf(persona),
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

/** Too many for a token are left out, and an address is named in their place; nobody should ask it. */
function groupsOf({ groups = [] }: Persona): Record<string, unknown> {
  if (groups.length === 0) return {};
  if (groups.length <= MOST_GROUPS_IN_TOKEN) return { groups };
  return {
    _claim_names: { groups: 'src1' },
    _claim_sources: { src1: { endpoint: 'https://graph.windows.net/contoso/users/me/getMemberObjects' } },
  };
}

/** Entra's `sub` is of one person in one application, and can't be told from the `oid`. */
function pairwiseSubject(persona: Persona, clientId: string): string {
  return createHash('sha256').update(`${clientId} ${persona.oid}`).digest('base64url');
}
