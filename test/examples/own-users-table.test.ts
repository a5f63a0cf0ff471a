import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import sqlite from 'node-sqlite3-wasm';
import {
  directoryContract,
  type SimulatedPerson,
  type SimulatedProvider,
  startSimulatedProvider,
} from '#entrance/testing.js';
import { exampleProject } from '../support/example-project.js';
import { freePort } from '../support/free-port.js';
import { type PackedPackage, packPackage } from '../support/packed-project.js';
import { type RunningProgram, runToEnd, startProgram } from '../support/start-program.js';

const ADA = {
  sub: 'ada',
  email: 'ada@acmecorp.com',
  email_verified: true,
  name: 'Ada Lovelace',
} satisfies SimulatedPerson;
const SIGN_INS_AT_EACH = 50;

let packed: PackedPackage;
let project: string;
beforeAll(async () => {
  packed = await packPackage();
  project = await exampleProject(packed, 'own-users-table', ['node-sqlite3-wasm']);
});
afterAll(() => packed.remove());

test('its own test runs every rule of the contract, and each holds', async () => {
  const options = ['--test', '--test-reporter=tap', 'users-table.test.js'];
  const output = await runToEnd([process.execPath, ...options], { cwd: project, env: {} });
  const held = [...output.matchAll(/^ok \d+ - (.*)$/gm)].map(([, name]) => name);
  const rules = directoryContract(() => {
    throw new Error('only the names are asked for');
  }).map(({ name }) => name);
  expect(rules.length).toBeGreaterThan(20);
  expect(held).toEqual(rules);
});

test('docs/extending/directory.md has that test as it stands', async () => {
  const [page, own] = await Promise.all([
    readFile('docs/extending/directory.md', 'utf8'),
    readFile('examples/own-users-table/users-table.test.ts', 'utf8'),
  ]);
  expect(page).toContain(own);
});

describe('two instances of the app on one file', () => {
  let provider: SimulatedProvider;
  let one: RunningProgram;
  let other: RunningProgram;
  beforeAll(async () => {
    provider = await startSimulatedProvider();
    one = await start();
    other = await start();
  });
  afterAll(async () => {
    for (const instance of [one, other]) instance?.stop();
    await provider.close();
  });

  const urlOf = ({ port }: Pick<RunningProgram, 'port'>) => `http://localhost:${port}`;

  async function start(): Promise<RunningProgram> {
    const port = String(await freePort());
    return startProgram([process.execPath, 'server.js'], {
      cwd: project,
      env: {
        ...Object.fromEntries(
          Object.entries(provider.settings).map(([name, value]) => [name, String(value)]),
        ),
        BASE_URL: urlOf({ port }),
        PORT: port,
        LOG_LEVEL: 'warn',
        SESSION_SECRET: 'a secret for tests that is long enough to be one',
        PLATFORM_ADMIN_EMAIL: 'root@acmecorp.com',
        PLATFORM_ADMIN_PASSWORD: 'nine purple ladders hum softly',
      },
    });
  }

  /** The cookies of a browser that has walked through the provider. */
  async function signIn(url: string): Promise<string> {
    const begun = await fetch(`${url}/auth/sso/login/simulated`, { redirect: 'manual' });
    const left = await fetch(begun.headers.get('location') ?? '', { redirect: 'manual' });
    const back = await fetch(left.headers.get('location') ?? '', {
      redirect: 'manual',
      headers: { cookie: cookiesIn(begun) },
    });
    expect(back.status).toBe(303);
    return cookiesIn(back);
  }

  const deskOf = async (url: string, cookie: string) =>
    (await fetch(`${url}/my-desk`, { headers: { cookie } })).json();

  /** The rows that hold, while nobody else has the file. */
  function rows(sql: string) {
    const database = new sqlite.Database(join(project, 'people.db'), { fileMustExist: true });
    try {
      return database.all(sql);
    } finally {
      database.close();
    }
  }

  test('a hundred first sign-ins of one person at once leave one user', async () => {
    provider.person = { ...ADA, sub: 'bea', email: 'bea@acmecorp.com', name: 'Bea' };
    const urls = [one, other].flatMap((at) => Array.from({ length: SIGN_INS_AT_EACH }, () => urlOf(at)));
    const desks = await Promise.all(urls.map(async (url) => deskOf(url, await signIn(url))));
    expect(desks).toEqual(urls.map(() => ({ fullName: 'Bea', desk: null })));
    const ofBea = "SELECT id FROM people WHERE email = 'bea@acmecorp.com'";
    expect(rows(ofBea)).toHaveLength(1);
    expect(rows("SELECT person AS id FROM people_identities WHERE subject = 'bea'")).toEqual(rows(ofBea));
  });

  test('a person whom the app knew before is the same person, with their desk', async () => {
    provider.person = ADA;
    const url = urlOf(one);
    const before = rows("SELECT id, desk FROM people WHERE email = 'ada@acmecorp.com'");
    expect(await deskOf(url, await signIn(url))).toEqual({
      fullName: 'Ada Lovelace',
      desk: 'desk 4, by the window',
    });
    expect(rows("SELECT id, desk FROM people WHERE email = 'ada@acmecorp.com'")).toEqual(before);
  });

  test('the console finds people in the table', async () => {
    const url = urlOf(one);
    const entered = await fetch(`${url}/admin/login`, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: url, 'sec-fetch-site': 'same-origin' },
      body: new URLSearchParams({
        email: 'root@acmecorp.com',
        password: 'nine purple ladders hum softly',
      }),
    });
    const headers = { cookie: cookiesIn(entered), accept: 'application/json' };
    const found = await fetch(`${url}/auth/users?q=par&sort=full_name`, { headers });
    expect(await found.json()).toMatchObject({
      users: [{ email: 'kim@acmecorp.com', full_name: 'Kim Park' }],
    });
    const page = await fetch(`${url}/auth/users?limit=2`, { headers });
    expect(page.status).toBe(200);
    expect((await fetch(`${url}/auth/users?cursor=after.nonsense`, { headers })).status).toBe(400);
  });
});

function cookiesIn(answer: Response): string {
  return answer.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
}
