import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { domainOf, isTrustedDomain, parseDomain, parseEmail } from '#entrance/identity/email.js';
import { anyText } from '../support/any-text.js';

const lines = (name: string) =>
  readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '');

const label = fc.stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,10}[a-z0-9])?$/);
const domain = fc.tuple(label, fc.stringMatching(/^[a-z]{2,8}$/)).map((labels) => labels.join('.'));

describe('an email address', () => {
  test.each(lines('not-addresses.txt'))('is not %s', (text) => {
    expect(parseEmail(text)).toBeUndefined();
  });

  test.each([undefined, null, 7, {}, ['ada@acmecorp.com']])('is not %p', (value) => {
    expect(parseEmail(value)).toBeUndefined();
  });

  test('keeps its local part and gets its domain in lower-case ASCII', () => {
    expect(parseEmail(' Ada.O’Brien@AcmeCorp.COM ')).toBe('Ada.O’Brien@acmecorp.com');
    expect(parseEmail('ada@Bücher.example')).toBe('ada@xn--bcher-kva.example');
    expect(parseEmail("niamh.o'brien@acmecorp.com")).toBe("niamh.o'brien@acmecorp.com");
    expect(parseEmail('ada_contoso.com#EXT#@fabrikam.onmicrosoft.com')).toBe(
      'ada_contoso.com#EXT#@fabrikam.onmicrosoft.com',
    );
  });

  test('never makes the parser throw, whatever text comes', () => {
    fc.assert(fc.property(anyText(), (text) => void parseEmail(text)));
  });
});

describe('a trusted domain', () => {
  test('matches exactly: no subdomain, no suffix, no prefix', () => {
    for (const foreign of [
      'sub.acmecorp.com',
      'notacmecorp.com',
      'acmecorp.com.evil.example',
      'acmecorp.co',
    ]) {
      expect(isTrustedDomain(`ada@${foreign}`, ['acmecorp.com'])).toBe(false);
    }
    expect(isTrustedDomain('ada@acmecorp.com', ['acmecorp.com'])).toBe(true);
  });

  test('is any domain when none is listed', () => {
    expect(isTrustedDomain('ada@anywhere.example', [])).toBe(true);
  });

  test('is recognised however it is written', () => {
    fc.assert(
      fc.property(domain, fc.boolean(), (name, shout) => {
        const email = parseEmail(`ada@${shout ? name.toUpperCase() : name}`);
        expect(email !== undefined && isTrustedDomain(email, [parseDomain(name) ?? ''])).toBe(
          parseDomain(name) !== undefined,
        );
      }),
    );
  });

  test('is not recognised in any other domain', () => {
    fc.assert(
      fc.property(domain, domain, (name, other) => {
        fc.pre(name !== other && parseDomain(name) !== undefined);
        expect(isTrustedDomain(`ada@${other}`, [name])).toBe(false);
      }),
    );
  });

  test('reads the domain behind the last at-sign', () => {
    expect(domainOf('a@b@acmecorp.com')).toBe('acmecorp.com');
  });
});
