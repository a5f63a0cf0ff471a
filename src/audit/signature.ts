import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../config/secret.js';
import type { Link } from './chain.js';

/** A link that we vouch for: the last event (`head`), or the last one that retention has cut off (`cut`). */
export interface SignedLink extends Link {
  /** Of a cut: what was cut off didn't verify. Of a head: one before it wasn't signed by us, and events followed all the same. */
  readonly broken?: boolean | undefined;
  /** HMAC-SHA-256 in hex. */
  readonly signature: string;
}

export type LinkKind = 'head' | 'cut';

/** Vouches for links with keys that are derived from SESSION_SECRET. While it rotates, the first signs and all verify. */
export interface Signer {
  sign(kind: LinkKind, link: Omit<SignedLink, 'signature'>): SignedLink;
  verifies(kind: LinkKind, link: SignedLink): boolean;
  /** Whether the secret that signs now signed it. */
  isCurrent(kind: LinkKind, link: SignedLink): boolean;
}

export function createSigner(secret: Secret): Signer {
  const keys = new Map<string, Buffer>();
  return {
    sign: (kind, link) => ({ ...link, signature: mac(secret.value(), kind, link).toString('hex') }),
    verifies: (kind, link) => secret.values().some((one) => isSignedWith(one, kind, link)),
    isCurrent: (kind, link) => isSignedWith(secret.value(), kind, link),
  };

  function isSignedWith(one: string, kind: LinkKind, link: SignedLink): boolean {
    const expected = mac(one, kind, link);
    const signature = Buffer.from(link.signature, 'hex');
    return signature.length === expected.length && timingSafeEqual(signature, expected);
  }

  function mac(one: string, kind: LinkKind, { sequence, hash, broken }: Omit<SignedLink, 'signature'>) {
    const signed = [kind, sequence, hash, broken ? 'broken' : 'whole'].join('\n');
    return createHmac('sha256', keyOf(one)).update(signed).digest();
  }

  function keyOf(one: string): Buffer {
    const known = keys.get(one);
    if (known !== undefined) return known;
    const key = Buffer.from(hkdfSync('sha256', one, '', 'entrance audit', 32));
    keys.set(one, key);
    return key;
  }
}
