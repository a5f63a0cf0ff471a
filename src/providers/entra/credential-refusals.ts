/**
 * Microsoft’s numbers for a refused credential. Most come with `invalid_client`, but not all: a federated token without
 * a matching federated credential has been answered with `invalid_request`.
 */
const REFUSED_CREDENTIAL: ReadonlySet<number> = new Set([
  50013, // the assertion’s signature
  70021, // no matching federated credential
  700024, // the assertion isn’t valid at this time
  700027, // the certificate isn’t registered
  7000215, // wrong secret
  7000222, // expired secret
]);
/** Microsoft's numbers about a federated token: issuer, audience, subject, or a wrong kind of token. */
const FEDERATED = /^7002\d\d$/;

/** Whether Microsoft refused the credential, so that the next one may be tried (RFC 6749 §5.2). */
export function refusesCredential(error: string, number: number | undefined): boolean {
  if (error === 'invalid_client') return true;
  return number !== undefined && (REFUSED_CREDENTIAL.has(number) || FEDERATED.test(String(number)));
}
