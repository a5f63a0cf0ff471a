import * as z from 'zod';
import { understood } from './schemas.js';

const SCHEME = /^https?:\/\//i;
const QUERY_OR_FRAGMENT = /[?#]/;
const CREDENTIALS = /@/;
const ODD_CHARACTERS = /[\\\s\p{Cc}]/u;
/** Checked in the text, because the URL parser resolves dot segments. */
const DOT_SEGMENT = /\/(?:\.|%2e){1,2}(?:\/|$)/i;

/** Plain http is for loopback hosts only, whatever the mode. Messages never quote the address. */
export const webAddress = z
  .string()
  .regex(SCHEME, 'must begin with https:// (or http:// for a loopback host)')
  .refine((text) => !QUERY_OR_FRAGMENT.test(text), 'must have neither a query nor a fragment')
  .refine((text) => !CREDENTIALS.test(text), 'must hold neither a user name nor a password')
  .refine((text) => !ODD_CHARACTERS.test(text), 'must hold neither blanks nor backslashes')
  .refine((text) => !DOT_SEGMENT.test(text), 'must have neither . nor .. in its path')
  .pipe(understood((text) => (URL.canParse(text) ? new URL(text) : undefined), 'is no URL'))
  .pipe(
    z
      .instanceof(URL)
      .refine(
        isWebAddress,
        'uses plain http, which is for loopback hosts such as localhost only: it needs https',
      ),
  );

/** The same as a text without a slash at its end, to which paths are added. */
export const addressWithoutSlash = webAddress.transform(({ href }) => href.replace(/\/$/, ''));

export function isWebAddress({ hostname, protocol }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}

/** Whether the name of a URL’s host says that it is this machine. */
export function isLoopback(hostname: string): boolean {
  return (
    /^(?:.+\.)?localhost$/.test(hostname) || /^127(?:\.\d{1,3}){3}$/.test(hostname) || hostname === '[::1]'
  );
}
