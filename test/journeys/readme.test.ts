import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse as parseDotenv } from 'dotenv';
import { type SimulatedMicrosoft, startSimulatedMicrosoft } from '../../demo/simulator/simulator.js';
import { REDIRECT_URI, usualSettings } from '../support/entrance.js';
import { type RedisServer, startRedisServer } from '../support/redis-server.js';
import { startProgram } from '../support/start-program.js';
import { until } from '../support/timing.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);

let redis: RedisServer;
let microsoft: SimulatedMicrosoft;
let readme: string;

beforeAll(async () => {
  redis = await startRedisServer();
  microsoft = await startSimulatedMicrosoft({ redirectUris: [REDIRECT_URI] });
  readme = await readFile(join(ROOT, 'README.md'), 'utf8');
});
afterAll(async () => {
  await microsoft.close();
  await redis.stop();
});

const blocks = (language: string) =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, text]) => text ?? '');

/** The settings of the README with its gaps filled in, for this machine. */
function settings(): Record<string, string> {
  return {
    ...parseDotenv(blocks('ini')[0] ?? ''),
    ...usualSettings(microsoft),
    PLATFORM_ADMIN_EMAIL: 'admin@acmecorp.com',
    SSO_TRUSTED_DOMAINS: 'acmecorp.com',
    REDIS_URL: redis.url,
    PORT: '0',
  };
}

const start = (command: readonly string[], cwd: string) => startProgram(command, { cwd, env: settings() });

async function ready(port: string): Promise<void> {
  await until(async () => (await fetch(`http://localhost:${port}/readyz`)).ok);
}

test('the README has these commands and no other', () => {
  expect(blocks('sh')).toEqual([
    'npm ci && npm run demo\n', // test/browser/demo.test.ts
    'npm ci && npm test\n', // what runs this
    'npm ci && npm run build\nnode dist/cli.js serve\n', // test/run.mjs builds; below, and test/journeys/cli.test.ts
    'npm init -y && npm pkg set type=module && npm install express express-entrance\n', // mounted-projects.test.ts
    expect.stringContaining('node app.js'), // documented-code.test.ts
    expect.stringContaining('node dist/cli.js token create'), // below
  ]);
});

test('the server starts with the settings of the README, and its API answers the commands of the README', async () => {
  const { port, stop } = await start(['node', 'dist/cli.js', 'serve'], ROOT);
  try {
    await ready(port);
    const script = (blocks('sh')[5] ?? '').replaceAll('http://localhost:8000', `http://localhost:${port}`);
    const { stdout } = await run('bash', ['-e', '-c', script.replaceAll('curl ', 'curl --silent --fail ')], {
      cwd: ROOT,
      env: { ...process.env, ...settings() },
    });
    expect(stdout).toContain('"display_name":"Microsoft Entra ID"');
    expect(stdout).toContain('"email":"admin@acmecorp.com"');
  } finally {
    stop();
  }
});
