import { expect, test } from '@jest/globals';
import { ConfigError } from '#entrance/config/config-error.js';
import { parseConfig } from '#entrance/settings.js';
import { entraConfigOf } from '../support/entra.js';
import { validSettings } from '../support/settings.js';

const TOKEN = 'eyJhbGciOiJub25lIn0.e30.c2lnbmF0dXJl';

function read(bytes: Buffer): string | undefined {
  const files = { read: () => bytes, stamp: () => '' };
  try {
    const settings = { ...validSettings, SSO_ENTRA_FEDERATED_TOKEN_FILE: '/token' };
    return entraConfigOf(parseConfig(settings, { files }))?.credentials.federatedToken?.value();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ variable, problem }) => `${variable} ${problem}`).join();
  }
}

test.each([
  ['with a byte order mark', `\ufeff${TOKEN}`],
  ['with a line end of Windows', `${TOKEN}\r\n`],
])('a federated token %s is taken without it', (_, text) => {
  expect(read(Buffer.from(text))).toBe(TOKEN);
});

test.each([
  ['UTF-16', Buffer.from(`\ufeff${TOKEN}`, 'utf16le'), /UTF-16: save it as UTF-8/],
  ['bytes that aren’t UTF-8', Buffer.from([...Buffer.from(TOKEN), 0xff]), /isn’t UTF-8/],
  ['NULs', Buffer.from(`${TOKEN}\0`), /NUL/],
])('a federated token’s file with %s is refused by what it is', (_, bytes, problem) => {
  const refusal = read(bytes);
  expect(refusal).toMatch(/^SSO_ENTRA_FEDERATED_TOKEN_FILE names a file that /);
  expect(refusal).toMatch(problem);
  expect(refusal).not.toContain(TOKEN);
});
