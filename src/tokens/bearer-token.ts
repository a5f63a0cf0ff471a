import type { Request } from 'express';

/** The credential of `Authorization: Bearer …` (RFC 6750 §2.1). */
export function bearerToken(request: Request): string | undefined {
  return /^Bearer +([\w.~+/-]+=*) *$/i.exec(request.get('authorization') ?? '')?.[1];
}
