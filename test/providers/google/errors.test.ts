import { expect, test } from '@jest/globals';
import type { ErrorFacts } from '#entrance/errors.js';
import { errorOnPage, googleErrors } from '#entrance/providers/google/errors.js';
import { textOf } from '#entrance/providers/own-errors.js';

test('the error on a page of Google’s is read from its address, and from its text', () => {
  const bytes = Buffer.from('\n\u0015redirect_uri_mismatch\u0012\u00b0\u0001\nYou can’t sign in');
  const address = (encoded: string) =>
    `https://accounts.google.com/signin/oauth/error?authError=${encoded}&client_id=1`;
  expect(errorOnPage(address(encodeURIComponent(bytes.toString('base64'))))).toBe('redirect_uri_mismatch');
  expect(errorOnPage(address(bytes.toString('base64url')))).toBe('redirect_uri_mismatch');
  expect(errorOnPage('<p>Error 403: org_internal</p>')).toBe('org_internal');
  expect(errorOnPage(address('%E0%A4%'))).toBeUndefined();
  expect(errorOnPage('<p>Sign in</p>')).toBeUndefined();
});

test('no text of an error is Google’s own, and each names Google alone', () => {
  const failureText = (facts: ErrorFacts) => textOf(googleErrors, facts, 'Google');
  expect(failureText({ error: 'constructor' })).toBeUndefined();
  expect(failureText({})).toBeUndefined();
  expect(failureText({ error: 'server_error' })?.title).toBe('Google has a problem right now');
});
