import { describe, expect, test } from '@jest/globals';
import { entraConfigOf } from '../support/entra.js';
import { parseValid, problemsOf } from '../support/settings.js';

const GLOBAL = 'https://login.microsoftonline.com';
const US = 'https://login.microsoftonline.us';
const CHINA = 'https://login.partner.microsoftonline.cn';
const authorityProblem = (authority: string) => problemsOf({ SSO_ENTRA_AUTHORITY: authority })[0]?.problem;
const graphProblem = (graph: string, authority = GLOBAL) =>
  problemsOf({ SSO_ENTRA_AUTHORITY: authority, SSO_ENTRA_GRAPH_URL: graph })[0]?.problem;

describe('SSO_ENTRA_AUTHORITY', () => {
  test.each([
    ['login.windows.net', GLOBAL],
    ['login.microsoft.com', GLOBAL],
    ['sts.windows.net', GLOBAL],
    ['westus2.login.microsoft.com', GLOBAL],
    ['login.chinacloudapi.cn', CHINA],
    ['login.usgovcloudapi.net', US],
    ['login-us.microsoftonline.com', US],
    ['LOGIN.Windows.Net', GLOBAL],
    ['login.windows.net.', GLOBAL],
  ])('%s is an alias, refused with %s', (host, right) => {
    expect(authorityProblem(`https://${host}`)).toBe(
      `names ${host.toLowerCase().replace(/\.$/, '')}, an alias that tokens don’t name: it must be ${right}`,
    );
  });

  test('an alias with a tenant behind it is still told which host is right', () => {
    expect(authorityProblem('https://login.windows.net/common')).toContain(`it must be ${GLOBAL}`);
  });

  test.each(['https://login.microsoftonline.de'])('%s has closed', (authority) => {
    expect(authorityProblem(authority)).toMatch(
      /which has closed: use https:\/\/login\.microsoftonline\.com/,
    );
  });

  test.each([
    'https://harbour.b2clogin.com',
    'https://harbour.b2clogin.com/harbour.onmicrosoft.com/B2C_1_sign_in',
    'https://harbour.b2clogin.cn',
  ])('%s: B2C isn’t supported', (authority) => {
    expect(authorityProblem(authority)).toContain('Azure AD B2C isn’t supported');
  });

  test.each([
    ['https://portal.azure.com', GLOBAL],
    ['https://entra.microsoft.com', GLOBAL],
    ['https://portal.azure.us', US],
    ['https://graph.microsoft.com', GLOBAL],
    ['https://graph.windows.net', GLOBAL],
    ['https://graph.microsoft.us', US],
  ])('nobody signs in at %s: it must be %s', (authority, right) => {
    expect(authorityProblem(authority)).toContain(`it must be ${right}`);
  });

  test.each([
    ['https://login.microsoftonine.com', GLOBAL],
    ['https://login.microsoftonline.co', GLOBAL],
    ['https://login.micorsoftonline.us', US],
  ])('%s is a slip away from %s, whose owner would be sent the secret', (authority, right) => {
    expect(authorityProblem(authority)).toContain(`(did you mean ${right}?)`);
  });

  test('the dot at the end of a host is refused', () => {
    expect(authorityProblem('https://login.microsoftonline.com.')).toMatch(/without the dot/);
  });

  test.each([
    GLOBAL,
    US,
    CHINA,
    'https://idp.harbour.example',
    'http://127.0.0.1:9',
    'https://notciamlogin.com',
  ])('%s is taken', (authority) => {
    expect(entraConfigOf(parseValid({ SSO_ENTRA_AUTHORITY: authority }))?.authority).toBe(authority);
  });
});

describe('SSO_ENTRA_GRAPH_URL', () => {
  test.each([
    ['https://graph.windows.net', 'https://graph.microsoft.com'],
    ['https://login.microsoftonline.com', 'https://graph.microsoft.com'],
    ['https://login.windows.net', 'https://graph.microsoft.com'],
    ['https://graph.chinacloudapi.cn', 'https://microsoftgraph.chinacloudapi.cn'],
    ['https://graph.microsof.com', 'https://graph.microsoft.com'],
  ])('%s is refused with %s', (graph, right) => {
    expect(graphProblem(graph)).toContain(right);
  });

  test.each([
    ['https://graph.microsoft.us', GLOBAL],
    ['https://graph.microsoft.com', US],
    ['https://microsoftgraph.chinacloudapi.cn', US],
  ])('%s isn’t the Graph of %s', (graph, authority) => {
    expect(graphProblem(graph, authority)).toMatch(/^belongs to .*, but SSO_ENTRA_AUTHORITY to /);
  });

  test.each([
    ['https://dod-graph.microsoft.us', US],
    ['https://graph.microsoft.com', GLOBAL],
    ['http://127.0.0.1:9', GLOBAL],
    ['https://graph.microsoft.com', 'http://127.0.0.1:9'],
  ])('%s is taken with %s', (graph, authority) => {
    expect(graphProblem(graph, authority)).toBeUndefined();
  });
});
