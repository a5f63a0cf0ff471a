import { expect, test } from '@jest/globals';
import { refusalRule, refusalRules } from '#entrance/identity/refusal-rules.js';

const codes = Object.keys(refusalRules) as (keyof typeof refusalRules)[]; // the keys of a record of codes

test.each(codes)('%s names the rule and what to do, with what is known of the person or without', (code) => {
  for (const known of [
    { tenant: 'the-tenant', domain: 'the.domain' },
    { tenant: undefined, domain: undefined },
  ]) {
    const { rule, remedy } = refusalRule(code, known) ?? { rule: '', remedy: '' };
    expect(rule).not.toBe('');
    expect(remedy).toMatch(/\.$/);
    expect(remedy).not.toMatch(/[{}]|undefined/);
  }
});

test('a domain and a directory stand where they are to be set', () => {
  const known = { tenant: 'the-tenant', domain: 'fabrikam.example' };
  expect(refusalRule('domain_not_trusted', known)?.remedy).toContain('people of fabrikam.example');
  expect(refusalRule('tenant_not_allowed', known)?.remedy).toContain('the directory the-tenant');
});

test('a report of the provider has no rule here', () => {
  expect(refusalRule('sso_failed', { tenant: undefined, domain: undefined })).toBeUndefined();
});
