import { domainToASCII } from 'node:url';

const ADDRESS = /^[^\s@<>()[\]\\,;:"\p{Cc}]{1,64}@([^\s@<>()[\]\\,;:"\p{Cc}]{1,253})$/u;
/** Letters, digits, hyphens, and the dots of RFC 3490 §3.1. */
const HOST_CHARACTERS = /^[\p{L}\p{M}\p{N}.\u3002\uFF0E\uFF61-]+$/u;
const DOMAIN =
  /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** The address with its domain in lower-case ASCII (IDNA), or undefined where the text has not the form of one. */
export function parseEmail(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined;
  const address = text.trim().normalize('NFC');
  const domain = ADDRESS.exec(address)?.[1];
  if (domain === undefined) return undefined;
  const ascii = parseDomain(domain);
  return ascii === undefined ? undefined : `${address.slice(0, -domain.length)}${ascii}`;
}

/** A host name of at least two labels in lower-case ASCII after IDNA normalisation (RFC 5891), or undefined. */
export function parseDomain(text: string): string | undefined {
  const name = text.trim().normalize('NFC');
  // domainToASCII reads its argument as a URL's host and would drop a path behind it.
  if (!HOST_CHARACTERS.test(name)) return undefined;
  const ascii = domainToASCII(name).toLowerCase();
  const isAddress = /^[\d.]+$/.test(ascii);
  return DOMAIN.test(ascii) && !isAddress ? ascii : undefined;
}

/** The domain of an address that `parseEmail` returned. */
export function domainOf(email: string): string {
  return email.slice(email.lastIndexOf('@') + 1);
}

/** Exact match only: neither subdomains nor suffixes. No list means any domain. */
export function isTrustedDomain(email: string, trustedDomains: readonly string[]): boolean {
  return trustedDomains.length === 0 || trustedDomains.includes(domainOf(email));
}
