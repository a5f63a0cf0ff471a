import * as z from 'zod';
import { understood } from './schemas.js';

const SCHEME = /^https?:\/\//i;
const QUERY_OR_FRAGMENT = /[?#]/;
const CREDENTIALS = /@/;
const ODD_CHARACTERS = /[\\\s\p{Cc}]/u;
/** Checked in the text, since the URL parser resolves them. */
const DOT_SEGMENT = /\/(?:\.|%2e){1,2}(?:\/|$)/i;

/** An absolute address; plain http for loopback hosts alone, whatever the mode. Messages never quote it. */
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
        (url) => url.protocol === 'https:' || isLoopback(url.hostname),
        'uses plain http, which is for loopback hosts such as localhost only: it needs https',
      ),
  );

/** The same as text, to which paths are added. */
export const addressWithoutSlash = webAddress.transform(({ href }) => href.replace(/\/$/, ''));

/** Whether a URL’s host is this machine by its very name. */
export function isLoopback(hostname: string): boolean {
  return (
    /^(?:.+\.)?localhost$/.test(hostname) || /^127(?:\.\d{1,3}){3}$/.test(hostname) || hostname === '[::1]'
  );
}
