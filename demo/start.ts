import { randomBytes } from 'node:crypto';
import { ConfigError } from '#entrance/config/config-error.js';
import { uuidv7 } from '#entrance/identity/uuid.js';
import { createLog } from '#entrance/log.js';
import { startServer } from '#entrance/server.js';
import { parseConfig } from '#entrance/settings.js';
import { openStores, type Stores } from '#entrance/stores.js';
import { DEFAULT_SCOPES } from '#entrance/tokens/api-token.js';
import { issueToken } from '#entrance/tokens/tokens.js';
import { DemoError } from './demo-error.js';
import { demoEnvironment, type Environment } from './environment.js';
import { makeHistory } from './history.js';
import { demoTeams, demoUsers } from './people.js';
import { parsePort, requireFree } from './ports.js';
import { startStandIns } from './stand-ins.js';
import { createTurnableClock, type TurnableClock } from './turnable-clock.js';
import { welcome } from './welcome.js';

/** Every other mode may be production. */
const SAFE_MODES: ReadonlySet<string> = new Set(['', 'development', 'test']);
const EXIT = { failed: 1, configuration: 78 } as const;

/** The real server on the in-memory store, with simulated providers and a few dozen users, until it is stopped. */
async function run(environment: Environment): Promise<void> {
  if (!SAFE_MODES.has(environment.NODE_ENV?.trim().toLowerCase() ?? '')) {
    throw new DemoError(
      'The demo’s sign-in is a simulation: it starts with NODE_ENV=development or test, or without NODE_ENV. For the real server: npm start',
    );
  }
  const stopped = untilStopped();
  const port = parsePort(environment.PORT);
  await requireFree(port);
  const baseUrl = `http://localhost:${port}`;
  const standIns = await startStandIns(port, baseUrl);
  try {
    const administrator = {
      email: environment.PLATFORM_ADMIN_EMAIL ?? 'operator@contoso.com',
      password: environment.PLATFORM_ADMIN_PASSWORD ?? randomBytes(10).toString('hex'),
    };
    const config = parseConfig(demoEnvironment(environment, port, standIns, administrator), {
      terminal: process.stdout.isTTY,
    });
    const log = createLog(config.log);
    const clock = createTurnableClock();
    const stores = openStores(config, log, clock);
    const token = await seed(stores, standIns.microsoft.tenantId, clock);
    const server = await startServer(config, { stores, log, clock });
    await server.administratorReady;
    process.stdout.write(
      welcome({
        baseUrl,
        microsoft: standIns.microsoft,
        administrator,
        token,
        users: await stores.directory.count(),
      }),
    );
    await stopped;
    await server.close();
  } finally {
    await standIns.close();
  }
}

function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}

/** Gives an API token that may read. */
async function seed(stores: Stores, tenantId: string, clock: TurnableClock): Promise<string> {
  const teamIds = await seedTeams(stores, clock.now());
  const users = demoUsers(clock.now(), tenantId, teamIds);
  await makeHistory(users, { stores, clock, tenantId, teamIds });
  const wanted = { name: 'Demo', scopes: DEFAULT_SCOPES, expiresInDays: 1, createdBy: null };
  return (await issueToken(stores.tokens, wanted, clock)).token;
}

/** The IDs of the demo's teams, by their names. */
async function seedTeams({ teams }: Stores, now: number): Promise<ReadonlyMap<string, string>> {
  const createdAt = new Date(now).toISOString();
  const made = demoTeams().map((name) => ({ id: uuidv7(now), name }));
  for (const team of made)
    await teams.create({ ...team, description: null, origin: 'manual', createdAt }, []);
  return new Map(made.map(({ id, name }) => [name, id]));
}

function explain(error: unknown): number {
  if (error instanceof ConfigError) {
    process.stderr.write(`${error.report()}\n`);
    return EXIT.configuration;
  }
  const text =
    error instanceof DemoError ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`${text}\n`);
  return EXIT.failed;
}

process.exitCode = await run(process.env).then(() => 0, explain);
