import { parseDomain } from '../identity/email.js';
import { quoted } from '../identity/quoted.js';
import { understood } from './schemas.js';

/** @param anybody the message about `*` */
export function domain(anybody: string) {
  return understood(parseDomain, (text) => `holds ${quoted(text)}, ${problemOf(text.trim(), anybody)}`);
}

function problemOf(text: string, anybody: string): string {
  if (/^[*@.]+$/.test(text)) return anybody;
  if (/[\s;|]/.test(text)) return 'which is no domain: put commas between several';
  const bare = parseDomain(
    text
      .replace(/^[a-z]+:\/\//i, '')
      .replace(/[/?#:].*$/, '')
      .replace(/^.*@/, '')
      .replace(/^[*.]+|\.$/g, ''),
  );
  if (bare === undefined)
    return 'which is no domain: write it in full, such as acmecorp.com, without @, *, port and path';
  return /^[*.]/.test(text)
    ? `which is no domain: write ${bare}, and each subdomain by its own name, since there are no wildcards`
    : `which is no domain: write ${bare} alone, without @, scheme, port and path`;
}
