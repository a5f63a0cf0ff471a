import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { failureText, numberOf, refineEntraError } from '#entrance/providers/entra/aadsts.js';
import { aadstsFamilies, familyOf } from '#entrance/providers/entra/aadsts-families.js';
import { aadstsTexts } from '#entrance/providers/entra/aadsts-texts.js';
import { entraErrorTexts } from '#entrance/providers/entra/oauth-errors.js';
import { fixedValues } from '#entrance/providers/entra/operator-values.js';
import { forOperator } from '#entrance/providers/failure-text.js';
import { parseReport } from '#entrance/providers/reported-error.js';

const values = {
  ...fixedValues,
  redirectUri: 'https://gateway.acmecorp.com/auth/sso/callback/entra',
  clientId: '1b7e4d3a-9c26-4f08-a5d1-6e0c82f39b47',
  tenant: 'acmecorp.com',
  authority: 'https://login.microsoftonline.com',
  scopes: 'openid profile',
  adminConsentUrl: 'https://login.microsoftonline.com/acmecorp.com/v2.0/adminconsent?client_id=1b7e',
};
const NOT_ALLOWED = 'Your organisation doesn’t allow this here';

const numbers = fc.integer({ min: 1_000, max: 9_999_999_999 });
const errors = fc.oneof(fc.constantFrom(...Object.keys(entraErrorTexts)), fc.string({ maxLength: 20 }));

function refine(error: string, number: number) {
  return refineEntraError({ error, description: `AADSTS${number}: <b>Hostile</b> words.` }, values);
}

test('property: a number is passed on whatever it is and whatever error stands beside it', () => {
  fc.assert(
    fc.property(errors, numbers, (error, number) => {
      const { facts, remedy } = refine(error, number);
      expect(facts.providerCode).toBe(`AADSTS${number}`);
      expect(remedy).not.toContain('Hostile');
      expect(remedy?.length).toBeGreaterThan(20);
    }),
  );
});

test('property: the page, which has only the facts, says what the code in the address says', () => {
  fc.assert(
    fc.property(errors, numbers, (error, number) => {
      const { code, facts } = refine(error, number);
      expect(failureText(facts)?.code ?? 'sso_failed').toBe(code);
    }),
  );
});

test('property: a device, a policy or a risk is never answered with “start again”', () => {
  const policies = fc.tuple(fc.constantFrom(53, 530, 5300), fc.integer({ min: 0, max: 999 }));
  fc.assert(
    fc.property(errors, policies, (error, [beginning, rest]) => {
      const number = Number(`${beginning}${String(rest).padStart(3, '0')}`);
      const text = failureText(refine(error, number).facts);
      const isFactor = number === 53004;
      expect(text?.visitor).toMatch(isFactor ? /multi-factor/ : /^(?!.*[Ss]tart again)/);
      expect(text?.code).toBe('sso_failed');
    }),
  );
});

describe('a number without a text of its own', () => {
  test.each([
    ['access_denied', 530003],
    ['access_denied', 53002],
    ['access_denied', 53011],
    ['access_denied', 530032],
    ['access_denied', 530033],
    ['access_denied', 54000],
    ['interaction_required', 530034],
    ['interaction_required', 50131],
    ['invalid_grant', 530035],
    ['invalid_request', 53099],
    ['server_error', 500213],
    ['invalid_request', 500022],
  ])('beside %s, %d, says that the organisation doesn’t allow it', (error, number) => {
    const { code, facts } = refine(error, number);
    expect(code).toBe('sso_failed');
    expect(failureText(facts)?.title).toBe(NOT_ALLOWED);
  });

  test.each([
    ['access_denied', 50005],
    ['interaction_required', 50187],
    ['interaction_required', 135011],
    ['invalid_grant', 130007],
  ])('beside %s, %d, says that the device can’t be used', (error, number) => {
    expect(failureText(refine(error, number).facts)?.title).toBe('This device can’t be used to sign in');
  });

  test.each([
    ['invalid_client', 7000229, /service principal/],
    ['invalid_client', 700022, /one API/],
    ['invalid_client', 700226, /Federated credentials/],
    ['invalid_client', 1002016, /TLS 1.2/],
    ['invalid_client', 9002325, /Single-page application/],
    ['invalid_client', 7000299, /Certificates & secrets/],
    ['invalid_request', 900023, /SSO_ENTRA_TENANT_ID/],
    ['invalid_request', 9002399, /SSO_ENTRA_PROMPT/],
    ['server_error', 50146, /claims-mapping policy/],
    ['server_error', 501461, /claims mapping/],
    ['invalid_resource', 650059, /API permissions/],
    ['unauthorized_client', 7000113, /SSO_ENTRA_CLIENT_ID/],
    ['x', 75099, /SAML/],
  ])('beside %s, %d, is for the operator, who reads the remedy', (error, number, words) => {
    const { code, remedy } = refine(error, number);
    expect(code).toBe('sso_misconfigured');
    expect(remedy).toMatch(words);
  });

  test('leaves it to a fault of Microsoft’s that it is one', () => {
    expect(refine('temporarily_unavailable', 50999).code).toBe('sso_unavailable');
    expect(refine('server_error', 90999).code).toBe('sso_unavailable');
  });

  test('never makes somebody out to be at fault where the credential is', () => {
    expect(refine('invalid_client', 50999).code).toBe('sso_misconfigured');
  });

  test('tells where Microsoft explains it', () => {
    expect(refine('access_denied', 530003).remedy).toContain(
      'https://login.microsoftonline.com/error?code=530003',
    );
    expect(refine('access_denied', 53003).remedy).not.toContain('/error?code=');
  });

  test('that denies access isn’t taken for the person’s own cancelling', () => {
    const { code, facts } = refine('access_denied', 399218);
    expect(code).toBe('sso_failed');
    expect(failureText(facts)?.title).toBe('Microsoft didn’t allow this sign-in');
  });
});

describe('a number is found', () => {
  test.each([
    [
      'in the list of the token endpoint, before the description',
      { numbers: [530_003], description: 'AADSTS50011: x' },
      530_003,
    ],
    ['in the description', { description: 'AADSTS1002016: x' }, 1_002_016],
    [
      'in the middle of the description',
      { description: 'V2Error: invalid_grant AADSTS9002341: x' },
      9_002_341,
    ],
    [
      'in the address of the page about it',
      { uri: 'https://login.microsoftonline.com/error?code=500207' },
      500_207,
    ],
    [
      'not where it isn’t one',
      { numbers: [0, -1, 1.5, 12, 1e12], description: 'AADSTS12345678901: x' },
      undefined,
    ],
    ['not in the middle of a word', { description: 'xAADSTS50011: x', uri: 'javascript:50011' }, undefined],
  ])('%s', (_, reported, number) => {
    expect(numberOf({ error: 'x', ...reported })).toBe(number);
  });
});

test('what Microsoft puts beside an error is read, and members of another form are left out', () => {
  const guid = '9f1c2b3a-1111-4222-8333-444455556666';
  const body = {
    error: 'interaction_required',
    error_description: 7,
    error_codes: [50_076],
    suberror: 'basic_action',
    claims: '{"access_token":{}}',
    trace_id: guid,
    correlation_id: '<b>',
    timestamp: '2026-11-20 09:30:01Z',
  };
  const report = parseReport(JSON.stringify(body));
  expect(report).toMatchObject({ description: undefined, suberror: 'basic_action', numbers: [50_076] });
  expect(refineEntraError(report ?? { error: '' }).facts).toEqual({
    error: 'interaction_required',
    providerCode: 'AADSTS50076',
    traceId: guid,
    timestamp: '2026-11-20T09:30:01Z',
  });
});

test.each(Object.entries(aadstsFamilies))(
  'the family %s tells the person and the operator what to do',
  (_, { text }) => {
    const operator = forOperator(text.operator, values);
    expect(text.title).toMatch(/^[A-Z].{11,69}[^.]$/);
    expect(text.visitor).toMatch(/^[A-Z].{19,219}[.]$/);
    expect(operator).toMatch(/^.{20,500}$/);
    for (const words of [text.title, text.visitor, operator])
      expect(words).not.toMatch(/[<>"{}]|AADSTS| {2}/);
    expect(text.opensLocalForm).toBe(text.code === 'sso_misconfigured' || text.code === 'sso_unavailable');
  },
);

test('a finer number belongs to the family of the longest beginning, and each known number to one', () => {
  expect(familyOf(530_032)).toBe(aadstsFamilies['53']);
  expect(familyOf(500_207)).toBe(aadstsFamilies['50020']);
  expect(familyOf(399_218)).toBeUndefined();
  for (const number of Object.keys(aadstsTexts)) expect(familyOf(Number(number))).toBeDefined();
});
