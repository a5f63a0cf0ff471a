import { compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose';

/** The keys of a set once they are imported, which costs more than verifying does; forgotten with the set. */
const imported = new WeakMap<JSONWebKeySet, ReturnType<typeof createLocalJWKSet>>();

/**
 * Verifies the signature of a JWT, and nothing else of it.
 * @throws JOSEError where it isn't by a key of the set, or with another algorithm than these
 */
export async function verifySignature(
  token: string,
  keys: JSONWebKeySet,
  algorithms: readonly string[],
): Promise<void> {
  const known = imported.get(keys) ?? createLocalJWKSet(keys);
  imported.set(keys, known);
  await compactVerify(token, known, { algorithms: [...algorithms] });
}
