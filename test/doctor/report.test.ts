import { expect, test } from '@jest/globals';
import { ConfigError } from '#entrance/config/config-error.js';
import { checkConfiguration, configurationProblems } from '#entrance/doctor/configuration.js';
import { hasFailed } from '#entrance/doctor/examine.js';
import { reportJson, reportText } from '#entrance/doctor/report.js';
import { couldNotCheck, failed, ok, warning } from '#entrance/providers/inspection/finding.js';
import { parseConfig } from '#entrance/settings.js';

const advice = { why: 'It matters.', remedy: `Change ${'this and '.repeat(20)}that.` };
const findings = [
  ok('store', 'Redis answers.'),
  warning('redis_latency', 'Redis is slow.', advice),
  failed('issuer', 'The issuer is another one.', advice),
  couldNotCheck('graph', 'Graph isn’t known.', advice),
];

test('for people it is aligned, wrapped, and plain where it isn’t a terminal', () => {
  const text = reportText(findings, { colours: false });
  const lines = text.split('\n');
  expect(lines[0]).toBe('ok           Redis answers.');
  expect(lines[1]).toBe('warning      Redis is slow.');
  expect(lines[2]).toBe('             It matters.');
  expect(lines[3]).toMatch(/^ {13}→ Change this/);
  expect(lines[4]).toMatch(/^ {13}and this and/);
  expect(text).toMatch(/\n\n1 ok, 1 warning, 1 failed, 1 not checked\n$/);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
  expect(text).not.toContain('\u001B');
});

test('on a terminal it is coloured', () => {
  expect(reportText(findings, { colours: true })).toContain('\u001B[31mfailed       \u001B[39m');
});

test('for programs it is JSON with the worst of all', () => {
  expect(JSON.parse(reportJson(findings))).toEqual({ status: 'failed', findings });
  expect(JSON.parse(reportJson(findings.slice(0, 2))).status).toBe('warning');
  expect(JSON.parse(reportJson(findings.slice(0, 1))).status).toBe('ok');
});

test('only what failed fails', () => {
  expect(hasFailed(findings)).toBe(true);
  expect(hasFailed(findings.filter(({ severity }) => severity !== 'failed'))).toBe(false);
});

test('a configuration that is right is found so, and one that deserves a word is warned of', () => {
  const settings = {
    PLATFORM_ADMIN_EMAIL: 'root@acmecorp.com',
    PLATFORM_ADMIN_PASSWORD: 'plum-harbour-violin-92',
    SESSION_SECRET: 'k9fWq3tYp0Zr8xLm2NvB6sHd4JgC7aTe',
    REDIS_URL: 'redis://localhost',
  };
  expect(checkConfiguration(parseConfig(settings))).toEqual([ok('configuration', 'The settings are right.')]);
  expect(checkConfiguration(parseConfig({ ...settings, SSO_COLOUR: 'blue' }))).toMatchObject([
    { severity: 'warning', what: expect.stringContaining('SSO_COLOUR') },
  ]);
});

test('each problem of a configuration is a finding of its own', () => {
  const problem = { variable: 'PORT', problem: 'must be a number', example: 'PORT=8000' };
  expect(configurationProblems(new ConfigError([problem, problem]))).toMatchObject([
    {
      check: 'configuration',
      severity: 'failed',
      what: 'PORT must be a number.',
      remedy: expect.stringContaining('PORT=8000'),
    },
    { severity: 'failed' },
  ]);
});
