import { describe, expect, test } from '@jest/globals';
import { refineEntraError } from '#entrance/providers/entra/aadsts.js';
import { aadstsTexts } from '#entrance/providers/entra/aadsts-texts.js';
import { entraErrorTexts } from '#entrance/providers/entra/oauth-errors.js';
import { fixedValues } from '#entrance/providers/entra/operator-values.js';
import { forOperator } from '#entrance/providers/failure-text.js';
import { aadstsFixtures } from '../support/aadsts.js';

const guid = '9f1c2b3a-1111-4222-8333-444455556666';
const values = {
  ...fixedValues,
  redirectUri: 'https://gateway.acmecorp.com/auth/sso/callback/entra',
  clientId: '1b7e4d3a-9c26-4f08-a5d1-6e0c82f39b47',
  tenant: 'acmecorp.com',
  authority: 'https://login.microsoftonline.com',
  scopes: 'openid profile',
  adminConsentUrl: 'https://login.microsoftonline.com/acmecorp.com/v2.0/adminconsent?client_id=1b7e',
};

describe('Microsoft’s error descriptions', () => {
  test('give a known number, the correlation ID, the trace ID and the time', () => {
    const description = `AADSTS65001: The user or administrator has not consented. Trace ID: ${guid} Correlation ID: ${guid} Timestamp: 2026-11-20 09:30:01Z`;
    expect(refineEntraError({ error: 'consent_required', description })).toMatchObject({
      code: 'sso_failed',
      facts: {
        error: 'consent_required',
        providerCode: 'AADSTS65001',
        correlationId: guid,
        traceId: guid,
        timestamp: '2026-11-20T09:30:01Z',
      },
    });
  });

  test('of an unknown number are decided by the error; of their words the number alone is passed on', () => {
    const description = 'AADSTS1234567: <script>alert(1)</script>';
    expect(refineEntraError({ error: 'invalid_client', description })).toMatchObject({
      code: 'sso_misconfigured',
      facts: { error: 'invalid_client', providerCode: 'AADSTS1234567' },
    });
    const refinement = refineEntraError({ error: 'x', description }, values);
    expect(refinement).toEqual({
      code: 'sso_failed',
      facts: { providerCode: 'AADSTS1234567' },
      remedy: `Microsoft explains the number at ${values.authority}/error?code=1234567`,
    });
  });

  test('that deny access for a reason we don’t know aren’t taken for the person’s own cancelling', () => {
    expect(refineEntraError({ error: 'access_denied', description: undefined }).code).toBe('sso_cancelled');
    expect(refineEntraError({ error: 'access_denied', description: 'AADSTS1234567: No.' }).code).toBe(
      'sso_failed',
    );
    expect(refineEntraError({ error: 'access_denied', description: 'AADSTS65004: No.' }).code).toBe(
      'sso_cancelled',
    );
  });

  test.each(['constructor', '__proto__', 'toString', ''])(
    'an error named %j is none that we know',
    (error) => {
      expect(refineEntraError({ error })).toEqual({ code: 'sso_failed', facts: {}, remedy: undefined });
    },
  );

  test('that are missing or strange give nothing', () => {
    for (const description of [undefined, 'Correlation ID: "><b>', `x${'AADSTS50011'.repeat(2_000)}`]) {
      expect(refineEntraError({ error: 'x', description })).toEqual({
        code: 'sso_failed',
        facts: {},
        remedy: undefined,
      });
    }
  });
});

test('a fixture of Microsoft’s own words stands for each number that we know', () => {
  expect(aadstsFixtures.map(({ number }) => number)).toEqual(Object.keys(aadstsTexts).map(Number));
  expect(aadstsFixtures.length).toBeGreaterThanOrEqual(35);
});

test.each(aadstsFixtures)(
  'AADSTS$number, as Microsoft words it, is understood',
  ({ description, error, number }) => {
    expect(Object.hasOwn(entraErrorTexts, error)).toBe(true);
    const { code, facts, remedy } = refineEntraError({ error, description }, values);
    expect(facts.providerCode).toBe(`AADSTS${number}`);
    expect(code).toBe(aadstsTexts[number]?.code);
    expect(remedy).not.toMatch(/[{}]/);
  },
);

test('the exact value to set is in the operator’s text', () => {
  const remedyOf = (number: number) =>
    refineEntraError({ error: 'invalid_request', description: `AADSTS${number}: x` }, values).remedy;
  expect(remedyOf(50011)).toContain(values.redirectUri);
  expect(remedyOf(65001)).toContain(values.adminConsentUrl);
  expect(remedyOf(700016)).toContain(values.clientId);
  expect(remedyOf(90002)).toContain(values.tenant);
});

/** RFC 6749 §4.1.2.1 and §5.2, OpenID Connect Core §3.1.2.6. */
test.each([
  'access_denied',
  'account_selection_required',
  'consent_required',
  'interaction_required',
  'invalid_client',
  'invalid_grant',
  'invalid_request',
  'invalid_request_object',
  'invalid_request_uri',
  'invalid_scope',
  'login_required',
  'registration_not_supported',
  'request_not_supported',
  'request_uri_not_supported',
  'server_error',
  'temporarily_unavailable',
  'unauthorized_client',
  'unsupported_grant_type',
  'unsupported_response_type',
])('the error %s has a text', (error) => {
  expect(refineEntraError({ error, description: undefined }).facts).toEqual({ error });
});

describe.each([
  ['AADSTS', aadstsTexts],
  ['error', entraErrorTexts],
])('each text of the table %s', (_, table) => {
  test.each(Object.entries(table))('%s tells the person and the operator what to do', (_name, text) => {
    const operator = forOperator(text.operator, values);
    expect(text.title).toMatch(/^[A-Z].{11,69}[^.]$/);
    expect(text.visitor).toMatch(/^[A-Z].{19,219}[.]$/);
    expect(operator).toMatch(/^.{20,500}$/);
    expect(operator).not.toMatch(/[{}]/);
    for (const words of [text.title, text.visitor, operator]) expect(words).not.toMatch(/[<>"]|AADSTS| {2}/);
    expect(text.opensLocalForm).toBe(text.code === 'sso_misconfigured' || text.code === 'sso_unavailable');
    expect(text.severity === 'error').toBe(text.code === 'sso_misconfigured');
  });
});
