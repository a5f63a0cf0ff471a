import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createClient } from 'redis';
import { LOCAL_ADMIN, startTestEntrance, type TestEntrance } from '../support/entrance.js';
import { until } from '../support/timing.js';

let entrance: TestEntrance;
const heard: string[] = [];
let monitor: Awaited<ReturnType<typeof openMonitor>>;

beforeAll(async () => {
  entrance = await startTestEntrance({ store: 'Redis' });
  monitor = await openMonitor(entrance.redis?.url ?? '');
});
afterAll(async () => {
  monitor.destroy();
  await entrance.close();
});

async function openMonitor(url: string) {
  const client = createClient({ url });
  await client.connect();
  await client.monitor((line) => heard.push(String(line)));
  return client;
}

/** Events are chained a moment later, whoever they are about. */
const IN_THE_BACKGROUND = /audit:head|^LRANGE .*audit:waiting|^(?:LTRIM|DEL) .*audit:|^GET entrance:prepared/;

/** The commands of one attempt, without their arguments but for the key that they name first, and the answer. */
async function attempt(email: string) {
  heard.length = 0;
  const answer = await entrance
    .browser()
    .post('/admin/login')
    .type('form')
    .send({ email, password: 'not it' });
  // A command that everything before it is heard by.
  const mark = `heard ${email}`;
  await entrance.deps.marks.claim(mark, 1_000);
  await until(async () => heard.some((line) => line.includes(mark)));
  const commands = heard
    .filter((line) => !line.includes('lua]') && !line.includes(mark))
    .map((line) => [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word = '']) => word))
    .filter(([name = '']) => !/^(?:ping|client|hello|info|wait)$/i.test(name))
    .map(([name = '', ...rest]) => [name.toUpperCase(), shapeOf(rest)].join(' '))
    .filter((command) => !IN_THE_BACKGROUND.test(command));
  return { status: answer.status, commands };
}

/** Keys end in what they are about, such as a digest; what stands before says which question it is. */
function shapeOf(words: readonly string[]): string {
  return (words.find((word) => word.startsWith('entrance:')) ?? '').replace(/(?:throttle:[\w-]+):.*$/, '$1');
}

test('a wrong password asks the store the same for a known account, an unknown one, and any other', async () => {
  const { directory } = entrance.deps;
  const local = { provider: 'local', providerId: null, providerScope: null } as const;
  await entrance.addUser({ email: 'disabled@contoso.com', ...local, status: 'disabled' });
  await entrance.addUser({ email: 'passwordless@contoso.com', ...local });
  await entrance.addUser({ email: 'entra@contoso.com' });
  await entrance.addUser({ email: 'waiting@contoso.com', status: 'pending' });
  await entrance.addUser({ email: 'ahead@contoso.com', providerId: null, providerScope: null });
  await entrance.addUser({
    email: 'doubted@contoso.com',
    emailDoubt: { since: '2026-01-01T00:00:00.000Z', reason: 'taken', other: null },
  });
  expect(await directory.findByEmail('doubted@contoso.com')).toBeUndefined();
  await attempt('warm-up@contoso.com'); // scripts are loaded by their first use

  const known = await attempt(LOCAL_ADMIN.email);
  expect(known.status).toBe(401);
  expect(known.commands.length).toBeGreaterThan(4);
  for (const email of [
    'nobody@contoso.com',
    'disabled@contoso.com',
    'passwordless@contoso.com',
    'entra@contoso.com',
    'waiting@contoso.com',
    'ahead@contoso.com',
    'doubted@contoso.com',
    'no address',
    `${'long'.repeat(100)}@contoso.com`,
  ])
    expect({ email, ...(await attempt(email)) }).toEqual({ email, ...known });
});
