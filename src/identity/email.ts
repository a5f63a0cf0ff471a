import { domainToASCII } from 'node:url';
import { hiddenCharacter, trimHidden } from './text.js';

/** Longer texts aren’t parsed. An address has at most 254 characters (RFC 5321 §4.5.3.1.3). */
const LONGEST_UNITS = 1_024;

const ADDRESS = /^[^\s@<>()[\]\\,;:"\p{Cc}]{1,64}@([^\s@<>()[\]\\,;:"\p{Cc}]{1,253})$/u;
/** Letters, digits, hyphens, and the dots of RFC 3490 §3.1. */
const HOST_CHARACTERS = /^[\p{L}\p{M}\p{N}.\u3002\uFF0E\uFF61-]+$/u;
const DOMAIN =
  /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * The address with its domain in lower-case ASCII (IDNA), or undefined if the text isn’t an address. An address with a
 * hidden character inside is refused: people see another address, and no directory has the hidden one.
 */
export function parseEmail(text: unknown): string | undefined {
  if (typeof text !== 'string' || text.length > LONGEST_UNITS) return undefined;
  if (hiddenCharacter(text) !== undefined) return undefined;
  const address = trimHidden(text).normalize('NFC');
  const domain = ADDRESS.exec(address)?.[1];
  if (domain === undefined) return undefined;
  const ascii = parseDomain(domain);
  return ascii === undefined ? undefined : `${address.slice(0, -domain.length)}${ascii}`;
}

/** The address that a person typed; for another text, the text without hidden characters at its ends. */
export function addressIn(text: string): string {
  return parseEmail(text) ?? trimHidden(text);
}

export function emailProblem(text: string): string {
  const hidden = hiddenCharacter(text.slice(0, LONGEST_UNITS));
  return hidden === undefined
    ? 'isn’t an email address, such as name@example.com'
    : `holds ${hidden}: type it anew`;
}

/** A host name of at least two labels in lower-case ASCII after IDNA normalisation (RFC 5891), or undefined. */
export function parseDomain(text: string): string | undefined {
  if (text.length > LONGEST_UNITS || hiddenCharacter(text) !== undefined) return undefined;
  const name = trimHidden(text).normalize('NFC');
  // domainToASCII reads its argument as the host of a URL, and would drop a path after the host.
  if (!HOST_CHARACTERS.test(name)) return undefined;
  const ascii = domainToASCII(name).toLowerCase();
  const isAddress = /^[\d.]+$/.test(ascii);
  return DOMAIN.test(ascii) && !isAddress ? ascii : undefined;
}

export function domainOf(email: string): string {
  return email.slice(email.lastIndexOf('@') + 1);
}

export function isTrustedDomain(email: string, trustedDomains: readonly string[]): boolean {
  return admitsDomain(trustedDomains, domainOf(email));
}

/** Whether the domain is one of these, without its subdomains. An empty list allows every domain. */
export function admitsDomain(trustedDomains: readonly string[], domain: string): boolean {
  return trustedDomains.length === 0 || trustedDomains.includes(domain);
}
