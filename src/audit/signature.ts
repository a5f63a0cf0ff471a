import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../config/secret.js';
import { combinedLink, type Links } from './chain.js';

/**
 * Ends of the chains, with our signature: the last events (`head`), or the last events that retention has cut off
 * (`cut`).
 */
export interface SignedEnds {
  readonly links: Links;
  /**
   * In a cut: the removed events didn't verify. In a head: an earlier head didn't have our signature, and events
   * followed it all the same.
   */
  readonly broken?: boolean | undefined;
  /** HMAC-SHA-256 in hex. */
  readonly signature: string;
}

export type EndKind = 'head' | 'cut';

/**
 * Signs ends with keys that are derived from SESSION_SECRET. During a rotation the first secret signs, and all secrets
 * verify.
 */
export interface Signer {
  sign(kind: EndKind, ends: Omit<SignedEnds, 'signature'>): SignedEnds;
  verifies(kind: EndKind, ends: SignedEnds): boolean;
  /** Whether the signature is by the secret that signs now. */
  isCurrent(kind: EndKind, ends: SignedEnds): boolean;
}

export function createSigner(secret: Secret): Signer {
  const keys = new Map<string, Buffer>();
  return {
    sign: (kind, ends) => ({ ...ends, signature: mac(secret.value(), kind, ends).toString('hex') }),
    verifies: (kind, ends) => secret.values().some((one) => isSignedWith(one, kind, ends)),
    isCurrent: (kind, ends) => isSignedWith(secret.value(), kind, ends),
  };

  function isSignedWith(one: string, kind: EndKind, ends: SignedEnds): boolean {
    const expected = mac(one, kind, ends);
    const signature = Buffer.from(ends.signature, 'hex');
    return signature.length === expected.length && timingSafeEqual(signature, expected);
  }

  function mac(one: string, kind: EndKind, { links, broken }: Omit<SignedEnds, 'signature'>) {
    const { sequence, hash } = combinedLink(links);
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
