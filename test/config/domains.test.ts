import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ConfigError } from '#entrance/config/config-error.js';
import { parseEmail } from '#entrance/identity/email.js';
import { parseConfig } from '#entrance/settings.js';

const administrator = {
  PLATFORM_ADMIN_EMAIL: 'root@acmecorp.com',
  PLATFORM_ADMIN_PASSWORD: 'plum-harbour-violin-92',
};
const trusted = (value: string) =>
  parseConfig({ ...administrator, SSO_TRUSTED_DOMAINS: value }).sso.trustedDomains;

describe('SSO_TRUSTED_DOMAINS', () => {
  test.each([
    ['ACMECORP.com', 'acmecorp.com'],
    ['Bücher.example', 'xn--bcher-kva.example'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['ｍünchen．de', 'xn--mnchen-3ya.de'],
    ['mu\u0308nchen.de', 'xn--mnchen-3ya.de'],
    ['sub.acme.co.uk', 'sub.acme.co.uk'],
  ])('%s is %s', (value, ascii) => {
    expect(trusted(value)).toEqual([ascii]);
  });

  test.each([
    '@acmecorp.com',
    '*.acmecorp.com',
    'acmecorp.com/path',
    'acme..com',
    '.acmecorp.com',
    'acmecorp.com.',
    'acmecorp',
    'acmecorp.com:443',
    'https://acmecorp.com',
    'ada@acmecorp.com',
    '8.8.8.8',
    '0x08080808',
    '[::1]',
    'acme corp.com',
    '-acme.com',
    'acme_corp.com',
    '*',
  ])('%s is a problem', (value) => {
    expect(() => trusted(value.startsWith('[') ? `["${value}"]` : value)).toThrow(ConfigError);
  });

  test('names the domain that is wrong among those that are right', () => {
    expect(() => trusted('acmecorp.com,*.acme.de')).toThrow(/“\*\.acme\.de”/);
  });

  test('what it becomes is what the domain of an address becomes, in whatever case both were written', () => {
    const label = fc.stringMatching(/^[a-z0-9äöüßéñ]{1,12}$/);
    const upper = fc.boolean();
    fc.assert(
      fc.property(fc.array(label, { minLength: 2, maxLength: 4 }), upper, upper, (labels, one, other) => {
        const domain = labels.join('.');
        fc.pre(parseEmail(`ada@${domain}`) !== undefined);
        const [listed] = trusted(one ? domain.toUpperCase().replaceAll('SS', 'ss') : domain);
        const email = parseEmail(
          `ada@${other ? domain.replaceAll(/[a-z]/g, (letter) => letter.toUpperCase()) : domain}`,
        );
        expect(listed).toMatch(/^[a-z0-9.-]+$/);
        if (!domain.includes('ß')) expect(email).toBe(`ada@${listed}`);
      }),
    );
  });

  test('normalising twice changes nothing', () => {
    fc.assert(
      fc.property(fc.domain(), (domain) => {
        const once = trusted(domain);
        expect(trusted(once.join(','))).toEqual(once);
      }),
    );
  });
});
