import { describe, expect, test } from '@jest/globals';
import { refineEntraError } from '#entrance/providers/entra/aadsts.js';
import { aadstsTexts } from '#entrance/providers/entra/aadsts-texts.js';

const guid = '9f1c2b3a-1111-4222-8333-444455556666';

describe('Microsoft’s error descriptions', () => {
  test('give a known number, the correlation ID and the time', () => {
    const description = `AADSTS65001: The user or administrator has not consented. Trace ID: ${guid} Correlation ID: ${guid} Timestamp: 2026-11-20 09:30:01Z`;
    expect(refineEntraError({ error: 'consent_required', description })).toEqual({
      code: 'sso_failed',
      facts: { aadsts: 65001, correlationId: guid, timestamp: '2026-11-20T09:30:01Z' },
    });
  });

  test('of an unknown number give no number, so that nothing of theirs is shown', () => {
    expect(refineEntraError({ error: 'x', description: 'AADSTS1234567: <script>alert(1)</script>' })).toEqual(
      { facts: {} },
    );
  });

  test('that are missing or strange give nothing', () => {
    expect(refineEntraError({ error: 'x', description: undefined })).toEqual({ facts: {} });
    expect(refineEntraError({ error: 'x', description: 'Correlation ID: "><b>' })).toEqual({ facts: {} });
  });
});

test.each(Object.entries(aadstsTexts))(
  'AADSTS%s tells the person and the operator what to do',
  (_number, text) => {
    expect(text.title.length).toBeGreaterThan(10);
    expect(text.visitor).toMatch(/[.]$/);
    expect(text.operator).toMatch(/[.]$/);
  },
);
