import { hkdfSync, type webcrypto } from 'node:crypto';

/** The key that is derived from a secret. */
export type DerivedKeys = (secret: string) => Promise<webcrypto.CryptoKey>;

/** Keys of AES-GCM for one purpose alone (RFC 5869), each made once: it costs more than sealing does. */
export function createDerivedKeys(purpose: string): DerivedKeys {
  const keys = new Map<string, Promise<webcrypto.CryptoKey>>();
  return (secret) => {
    const key = keys.get(secret) ?? importKey(secret, purpose);
    keys.set(secret, key);
    return key;
  };
}

function importKey(secret: string, purpose: string): Promise<webcrypto.CryptoKey> {
  const bytes = hkdfSync('sha256', secret, '', purpose, 32);
  return crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']);
}
