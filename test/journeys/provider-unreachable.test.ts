import { afterEach, expect, test } from '@jest/globals';
import type { Faults } from '../../demo/simulator/faults.js';
import { startSimulatedMicrosoft } from '../../demo/simulator/simulator.js';
import {
  REDIRECT_URI,
  startTestEntrance,
  type TestEntrance,
  type TestEntranceOptions,
} from '../support/entrance.js';
import { freePort } from '../support/free-port.js';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function start(options: TestEntranceOptions): Promise<TestEntrance> {
  const entrance = await startTestEntrance(options);
  closing.unshift(() => entrance.close());
  return entrance;
}

/** An instance whose provider is at fault from the start, before anything is read. */
async function startWith(faults: Partial<Faults>) {
  const microsoft = await startSimulatedMicrosoft({ redirectUris: [REDIRECT_URI] });
  Object.assign(microsoft.faults, faults);
  closing.push(() => microsoft.close());
  return start({ microsoft });
}

/** The log's lines about the provider after an attempt to sign in. */
async function lineOf(entrance: TestEntrance): Promise<unknown> {
  await entrance.browser().get('/auth/sso/login/entra').expect(303);
  return JSON.parse(
    entrance.logged.find((line) => line.includes('the identity provider could not be used')) ?? '{}',
  );
}

test('nothing that listens is told with the host, the cause in words, and what to look at', async () => {
  const port = await freePort();
  const entrance = await start({ settings: { SSO_ENTRA_AUTHORITY: `http://127.0.0.1:${port}` } });
  expect(await lineOf(entrance)).toMatchObject({
    code: 'sso_unavailable',
    cause: {
      host: `127.0.0.1:${port}`,
      fault: 'refused',
      code: 'ECONNREFUSED',
      words: expect.stringMatching(/nothing listens/),
    },
    remedy: expect.stringMatching(/Let this machine reach 127\.0\.0\.1/),
  });
});

test.each([
  [{ discoveryStatus: 404 }, 'sso_misconfigured', 404, /SSO_ENTRA_AUTHORITY/],
  [{ discoveryStatus: 302 }, 'sso_misconfigured', 302, /outbound proxy/],
  [{ discoveryStatus: 503 }, 'sso_unavailable', 503, /service health/],
])('an answer of %j is told with host and status', async (faults, code, status, remedy) => {
  const entrance = await startWith(faults);
  expect(await lineOf(entrance)).toMatchObject({
    code,
    cause: { host: new URL(entrance.microsoft.authority).host, status },
    remedy: expect.stringMatching(remedy),
  });
});

test('a page in place of the metadata is told with a remedy', async () => {
  const entrance = await startWith({
    raw: (endpoint, response) => {
      if (endpoint !== 'discovery') return false;
      response.writeHead(200, { 'Content-Type': 'text/html' }).end('<h1>Sign in to the network</h1>');
      return true;
    },
  });
  expect(await lineOf(entrance)).toMatchObject({
    code: 'sso_misconfigured',
    remedy: expect.stringMatching(/outbound proxy/),
  });
});

test('metadata of another cloud is told with what to set', async () => {
  const entrance = await startWith({ metadata: { issuer: 'https://login.example/x/v2.0' } });
  expect(await lineOf(entrance)).toMatchObject({
    cause: { received: 'https://login.example/x/v2.0' },
    remedy: expect.stringMatching(/SSO_ENTRA_AUTHORITY has to be the origin of the received issuer/),
  });
});
