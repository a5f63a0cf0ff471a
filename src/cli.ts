#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { exportFormats } from './audit/export.js';
import { systemClock } from './clock.js';
import { explainAccessOf, previewAccessBy } from './commands/access.js';
import { exportAudit, parseNotedHead, verifyAudit } from './commands/audit.js';
import { diagnose } from './commands/doctor.js';
import { moveTenantBy, parseTenantMove } from './commands/users.js';
import type { Config } from './config/config.js';
import { ConfigError } from './config/config-error.js';
import { readEnvFile } from './config/env-file.js';
import { parseConfig } from './config/parse.js';
import { createLog } from './log.js';
import { startServer } from './server.js';
import { openStores, type Stores } from './stores.js';
import { DEFAULT_SCOPES, issueToken, parseLifetime, parseScopes, tokenName } from './tokens/tokens.js';

const EXIT = { ok: 0, failed: 1, usage: 64, configuration: 78 } as const;

const HELP = `Usage: entrance COMMAND

Commands
  serve                                   start the server
  doctor [--json]                         check the configuration and everything that the server relies on
  token create --name NAME                create an API token and print it, once
        [--scopes LIST]                   comma-separated; without it the token is read-only
        [--expires 90d]                   days until it expires (90d)
        [--json]                          print it with its particulars, as JSON
  access explain EMAIL                    say why somebody holds their roles and is in their teams
        [--json]                          as JSON
  access preview                          say what the settings of this environment would take from whom, and give,
        [--json]                          without changing anything; fails if it left no administrator
  users move-tenant --from ID --to ID     say what becomes of the people of a directory (tenant) that moved to another:
                                          they are unlinked, and claim their accounts by their verified addresses
        [--map FILE]                      or, by a CSV file of old and new object IDs, are known by the new ones
        [--apply] [--json]                do it; without --apply nothing is changed
  audit verify                            look whether the audit log is as it was written
        [--head SEQUENCE:HASH]            and still holds a head that was noted down
        [--json]                          print the result as JSON
  audit export                            print all audit events, oldest first
        [--format ndjson|csv]             (ndjson)

Options
  --help, --version

The configuration comes from environment variables and from a .env file in the working directory:
see docs/configuration.md. Exit codes: 0 done, 1 failed, or a check did, 64 usage, 78 configuration.
`;

class UsageError extends Error {}

/** Runs a command line and says with which code to exit. */
async function run(args: readonly string[]): Promise<number> {
  const [command, subcommand] = args;
  if (command === '--version') return print(`${version()}\n`);
  if (command === undefined || command === '--help' || command === 'help' || args.includes('--help'))
    return print(HELP);
  if (command === 'serve' && args.length === 1) return serve();
  if (command === 'doctor') return doctor(args.slice(1));
  if (command === 'token' && subcommand === 'create') return createToken(args.slice(2));
  if (command === 'access' && subcommand === 'explain') return accessExplain(args.slice(2));
  if (command === 'access' && subcommand === 'preview') return accessPreview(args.slice(2));
  if (command === 'users' && subcommand === 'move-tenant') return usersMoveTenant(args.slice(2));
  if (command === 'audit' && subcommand === 'verify') return auditVerify(args.slice(2));
  if (command === 'audit' && subcommand === 'export') return auditExport(args.slice(2));
  throw new UsageError(`Unknown command: ${args.join(' ')}`);
}

async function serve(): Promise<number> {
  const server = await startServer(readConfig());
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await server.close();
  return EXIT.ok;
}

async function doctor(args: readonly string[]): Promise<number> {
  const { values } = parseUsage(() =>
    parseArgs({ args: [...args], options: { json: { type: 'boolean', default: false } } }),
  );
  const colours = process.stdout.isTTY && process.env.NO_COLOR === undefined;
  const { outcome, report } = await diagnose(readConfig, { json: values.json, colours });
  print(report);
  return EXIT[outcome];
}

async function createToken(args: readonly string[]): Promise<number> {
  const options = parseTokenOptions(args);
  return withStores(async ({ tokens }) => {
    const { token, record } = await issueToken(tokens, { ...options, createdBy: null }, systemClock);
    const particulars = {
      id: record.id,
      name: record.name,
      token,
      scopes: record.scopes,
      expires_at: record.expiresAt,
    };
    return print(options.json ? `${JSON.stringify(particulars)}\n` : `${token}\n`);
  });
}

async function accessExplain(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseUsage(() =>
    parseArgs({
      args: [...args],
      options: { json: { type: 'boolean', default: false } },
      allowPositionals: true,
    }),
  );
  const [email] = positionals;
  if (email === undefined || positionals.length > 1)
    throw new UsageError('Give one email address: entrance access explain ada@acmecorp.com');
  return withStores(async (stores, { sso }) => {
    const explanation = await explainAccessOf(email, sso, stores, values);
    if (explanation !== undefined) return print(explanation);
    process.stderr.write(`There is no user with the email ${email}.\n`);
    return EXIT.failed;
  });
}

async function accessPreview(args: readonly string[]): Promise<number> {
  const { values } = parseUsage(() =>
    parseArgs({ args: [...args], options: { json: { type: 'boolean', default: false } } }),
  );
  return withStores(async (stores, config) => {
    const preview = await previewAccessBy(config, stores, values);
    if (preview === undefined) {
      process.stderr.write(
        'Single sign-on is off in this environment: set SSO_ENABLED and SSO_ENTRA_ENABLED.\n',
      );
      return EXIT.failed;
    }
    print(preview.report);
    return preview.leavesAdministrator ? EXIT.ok : EXIT.failed;
  });
}

async function usersMoveTenant(args: readonly string[]): Promise<number> {
  const flag = { type: 'boolean', default: false } as const;
  const text = { type: 'string' } as const;
  const options = { from: text, to: text, map: text, apply: flag, json: flag };
  const { values } = parseUsage(() => parseArgs({ args: [...args], options }));
  const map = values.map === undefined ? undefined : readText(values.map);
  const move = await parseTenantMove({ from: values.from, to: values.to, map });
  if ('problem' in move) throw new UsageError(move.problem);
  return withStores(async (stores, config) => {
    const { report, isDone } = await moveTenantBy(move, config, stores, values);
    print(report);
    return isDone ? EXIT.ok : EXIT.failed;
  });
}

function readText(path: string): string {
  return parseUsage(() => readFileSync(path, 'utf8'));
}

async function auditVerify(args: readonly string[]): Promise<number> {
  const { values } = parseUsage(() =>
    parseArgs({
      args: [...args],
      options: { head: { type: 'string' }, json: { type: 'boolean', default: false } },
    }),
  );
  const noted = values.head === undefined ? undefined : parseNotedHead(values.head);
  if (values.head !== undefined && noted === undefined)
    throw new UsageError(
      `--head: SEQUENCE:HASH, as an earlier verification printed it, not “${values.head}”`,
    );
  return withStores(async ({ audit }) => {
    const { intact, report } = await verifyAudit(audit, { noted, json: values.json });
    print(report);
    return intact ? EXIT.ok : EXIT.failed;
  });
}

async function auditExport(args: readonly string[]): Promise<number> {
  const { values } = parseUsage(() =>
    parseArgs({ args: [...args], options: { format: { type: 'string', default: 'ndjson' } } }),
  );
  const format = exportFormats.find((one) => one === values.format);
  if (format === undefined) throw new UsageError(`--format: ndjson or csv, not “${values.format}”`);
  return withStores(async ({ audit }) => {
    await exportAudit(audit, format, process.stdout);
    return EXIT.ok;
  });
}

/** Does something with what the server of this configuration keeps. */
async function withStores(work: (stores: Stores, config: Config) => Promise<number>): Promise<number> {
  const config = readConfig();
  if (config.store.redisUrl === undefined) {
    throw new UsageError(
      'Without REDIS_URL the users, the tokens and the audit log live inside the running server, where this command can’t reach them. Set REDIS_URL to the server’s.',
    );
  }
  const stores = openStores(
    config,
    createLog({ ...config.log, level: 'silent', file: undefined }),
    systemClock,
  );
  try {
    await reachable(stores.pingStore);
    return await work(stores, config);
  } finally {
    await stores.close();
  }
}

function parseTokenOptions(args: readonly string[]) {
  const { values } = parseUsage(() =>
    parseArgs({
      args: [...args],
      options: {
        name: { type: 'string' },
        scopes: { type: 'string', default: DEFAULT_SCOPES.join(',') },
        expires: { type: 'string', default: '90d' },
        json: { type: 'boolean', default: false },
      },
    }),
  );
  const name = tokenName.safeParse(values.name ?? '');
  if (!name.success) throw new UsageError('Give the token a name that says what it is for: --name NAME');
  const scopes = parseScopes(values.scopes);
  if (scopes === undefined) throw new UsageError(`--scopes: unknown scope in “${values.scopes}”`);
  const expiresInDays = parseLifetime(values.expires);
  if (expiresInDays === undefined)
    throw new UsageError(`--expires: a number of days such as 90d, not “${values.expires}”`);
  return { name: name.data, scopes, expiresInDays, json: values.json };
}

function parseUsage<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** The connection is made in the background: gives it a moment. */
async function reachable(ping: () => Promise<number>): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await ping();
      return;
    } catch (error) {
      if (attempt >= 20) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

function readConfig(): Config {
  const envFile = readEnvFile('.env', process.env);
  for (const [name, value] of Object.entries(envFile.values)) process.env[name] ??= value;
  return parseConfig(process.env, { terminal: process.stdout.isTTY, envFile });
}

function version(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return String(version);
}

function print(text: string): number {
  process.stdout.write(text);
  return EXIT.ok;
}

function explain(error: unknown): number {
  if (error instanceof ConfigError) {
    process.stderr.write(`${error.report()}\n`);
    return EXIT.configuration;
  }
  const message =
    error instanceof Error ? ('detail' in error ? String(error.detail) : error.message) : String(error);
  process.stderr.write(`entrance: ${message}\n`);
  if (!(error instanceof UsageError)) return EXIT.failed;
  process.stderr.write('See entrance --help.\n');
  return EXIT.usage;
}

process.exitCode = await run(process.argv.slice(2)).catch(explain);
