import { readFileSync } from 'node:fs';
import { exportFormats } from './audit/export.js';
import { systemClock } from './clock.js';
import { explainAccessOf, previewAccessBy } from './commands/access.js';
import { exportAudit, parseNotedHead, verifyAudit } from './commands/audit.js';
import { type Command, defineCommand, UsageError } from './commands/command.js';
import { readCommandLine } from './commands/command-line.js';
import { diagnose } from './commands/doctor.js';
import { failureWords, storeFailureText } from './commands/failure-words.js';
import { parseTokenOptions, type TokenOptions } from './commands/token.js';
import { moveTenantBy, parseTenantMove } from './commands/users.js';
import type { Config } from './config/config.js';
import { ConfigError } from './config/config-error.js';
import { decodeText, NoText } from './config/decode-text.js';
import { causeOf } from './config/file-cause.js';
import { printableText } from './identity/printable.js';
import { createLog } from './log.js';
import { untilReachable } from './redis/until-reachable.js';
import { startServer } from './server.js';
import { parseConfig, readEnvFile, settingGroups } from './settings.js';
import { openStores, type Stores } from './stores.js';
import { scopes } from './tokens/api-token.js';
import { DEFAULT_SCOPES, issueToken } from './tokens/tokens.js';

const EXIT = { ok: 0, failed: 1, usage: 64, configuration: 78 } as const;

/** The failure of a command, in words for people. */
class CommandError extends Error {}

const JSON_OPTION = { short: 'j', help: 'print it as JSON' } as const;

/** All commands. The help is made from this table, and docs/operations.md has to agree with it. */
const commands: readonly Command[] = [
  defineCommand({
    name: 'serve',
    summary: 'start the server',
    options: {},
    details: 'Settings come from the environment and from .env: docs/configuration.md lists them all.',
    run: serve,
  }),
  defineCommand({
    name: 'doctor',
    summary: 'check the configuration and everything that the server relies on',
    options: { json: JSON_OPTION },
    run: doctor,
  }),
  defineCommand({
    name: 'token create',
    summary: 'create an API token and print it, once',
    options: {
      name: { short: 'n', value: 'NAME', isRequired: true, help: 'what the token is for' },
      scopes: {
        short: 's',
        value: 'LIST',
        help: `what it may do, separated by commas (${DEFAULT_SCOPES.join(',')})`,
      },
      expires: { short: 'e', value: 'DAYS', help: 'days until it expires, such as 30d (90d)' },
      json: { short: 'j', help: 'print it with its particulars, as JSON' },
    },
    details: `Scopes: ${scopes.join(', ')}. Changing administrators takes admins:write beside the scope of the change; * is all of them.`,
    run: createToken,
  }),
  defineCommand({
    name: 'access explain',
    summary: 'say why somebody holds their roles and is in their teams',
    argument: { name: 'EMAIL', what: 'email address' },
    options: { json: JSON_OPTION },
    run: accessExplain,
  }),
  defineCommand({
    name: 'access preview',
    summary: 'say what the settings of this environment would take from whom, and give',
    options: { json: JSON_OPTION },
    details: 'It changes nothing, and fails if the settings left no administrator.',
    run: accessPreview,
  }),
  defineCommand({
    name: 'users move-tenant',
    summary: 'say what becomes of the people of a directory (tenant) that moved to another',
    options: {
      from: { value: 'ID', isRequired: true, help: 'the directory (tenant) ID until now' },
      to: { value: 'ID', isRequired: true, help: 'the new one' },
      map: { value: 'FILE', help: 'a CSV file of old and new object IDs, by which people are known at once' },
      apply: { help: 'do it; without this nothing is changed' },
      json: JSON_OPTION,
    },
    details:
      'Without --map the people are unlinked, and claim their accounts by their verified addresses when they next sign in.',
    run: usersMoveTenant,
  }),
  defineCommand({
    name: 'audit verify',
    summary: 'look whether the audit log is as it was written',
    options: {
      head: { value: 'SEQUENCE:HASH', help: 'a head that was noted down, which the log has to hold still' },
      json: JSON_OPTION,
    },
    run: auditVerify,
  }),
  defineCommand({
    name: 'audit export',
    summary: 'print all audit events, oldest first',
    options: { format: { short: 'f', value: 'FORMAT', help: `${exportFormats.join(' or ')} (ndjson)` } },
    run: auditExport,
  }),
];

async function run(args: readonly string[]): Promise<number> {
  const asked = readCommandLine(args, { commands, settings: settingNames(), version: version() });
  return 'text' in asked ? print(asked.text) : asked.run();
}

async function serve(): Promise<number> {
  const server = await startServer(readConfig());
  const signal = await new Promise<NodeJS.Signals>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  // A person who presses Ctrl+C doesn’t want to wait.
  if (signal === 'SIGTERM') await server.leaveRotation();
  await server.close();
  return EXIT.ok;
}

async function doctor({ json }: { readonly json: boolean }): Promise<number> {
  const colours = process.stdout.isTTY && process.env.NO_COLOR === undefined;
  const { outcome, report } = await diagnose(readConfig, { json, colours });
  process.stdout.write(report);
  return EXIT[outcome];
}

async function createToken(given: TokenOptions): Promise<number> {
  const options = parseTokenOptions(given);
  return withStores(async ({ tokens }) => {
    const { token, record } = await issueToken(tokens, { ...options, createdBy: null }, systemClock);
    const particulars = {
      id: record.id,
      name: record.name,
      token,
      scopes: record.scopes,
      expires_at: record.expiresAt,
    };
    return print(given.json ? `${JSON.stringify(particulars)}\n` : `${token}\n`);
  });
}

async function accessExplain(given: { readonly json: boolean }, email: string): Promise<number> {
  return withStores(async (stores, { sso }) => {
    const explanation = await explainAccessOf(email, sso, stores, given);
    if (explanation !== undefined) return print(explanation);
    process.stderr.write(`There is no user with the email ${email}.\n`);
    return EXIT.failed;
  });
}

async function accessPreview(given: { readonly json: boolean }): Promise<number> {
  return withStores(async (stores, config) => {
    const preview = await previewAccessBy(config, stores, given);
    if (preview === undefined) {
      process.stderr.write(
        'Single sign-on is off in this environment: set SSO_ENABLED and the switch of a provider (SSO_…_ENABLED).\n',
      );
      return EXIT.failed;
    }
    print(preview.report);
    return preview.leavesAdministrator ? EXIT.ok : EXIT.failed;
  });
}

async function usersMoveTenant(given: {
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly map: string | undefined;
  readonly apply: boolean;
  readonly json: boolean;
}): Promise<number> {
  const { from, to } = given;
  const map = given.map === undefined ? undefined : readMap(given.map);
  const move = await parseTenantMove({ from, to, map });
  if ('problem' in move) throw new UsageError(move.problem, 'users move-tenant');
  return withStores(async (stores, config) => {
    const { report, isDone } = await moveTenantBy(move, config, stores, given);
    print(report);
    return isDone ? EXIT.ok : EXIT.failed;
  });
}

function readMap(path: string): string {
  try {
    return decodeText(readFileSync(path));
  } catch (error) {
    const problem = error instanceof NoText ? error.message : `can’t be read: ${causeOf(error)}`;
    throw new UsageError(`--map: the file ${problem}`, 'users move-tenant');
  }
}

async function auditVerify({
  head,
  json,
}: {
  readonly head: string | undefined;
  readonly json: boolean;
}): Promise<number> {
  const noted = head === undefined ? undefined : parseNotedHead(head);
  if (head !== undefined && noted === undefined)
    throw new UsageError(
      `--head: SEQUENCE:HASH, as an earlier verification printed it, not “${head}”`,
      'audit verify',
    );
  return withStores(async ({ audit }) => {
    const { intact, report } = await verifyAudit(audit, { noted, json });
    print(report);
    return intact ? EXIT.ok : EXIT.failed;
  });
}

async function auditExport({
  format: wanted = 'ndjson',
}: {
  readonly format: string | undefined;
}): Promise<number> {
  const format = exportFormats.find((one) => one === wanted);
  if (format === undefined)
    throw new UsageError(`--format: ${exportFormats.join(' or ')}, not “${wanted}”`, 'audit export');
  return withStores(async ({ audit }) => {
    await exportAudit(audit, format, process.stdout);
    return EXIT.ok;
  });
}

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
    await untilReachable({ ping: stores.pingStore, explain: stores.explainStoreFailure });
    return await work(stores, config);
  } catch (error) {
    const fault = stores.explainStoreFailure(error);
    throw fault === undefined ? error : new CommandError(storeFailureText(config, fault));
  } finally {
    await stores.close();
  }
}

function readConfig(): Config {
  const envFile = readEnvFile('.env', process.env);
  for (const [name, value] of Object.entries(envFile.values)) process.env[name] ??= value;
  return parseConfig(process.env, { terminal: process.stdout.isTTY, envFile });
}

function settingNames(): readonly string[] {
  return settingGroups.flatMap(({ settings }) => settings.map(({ name }) => name));
}

function version(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return String(version);
}

/** Prints lines with invisible characters spelled out, since people and programs choose the names in them. */
function print(text: string): number {
  process.stdout.write(text.split('\n').map(printableText).join('\n'));
  return EXIT.ok;
}

function explain(error: unknown): number {
  if (error instanceof ConfigError) {
    process.stderr.write(`${error.report()}\n`);
    return EXIT.configuration;
  }
  if (isBrokenPipe(error)) return EXIT.failed;
  process.stderr.write(`entrance: ${failureWords(error)}\n`);
  if (isVerbose() && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  if (!(error instanceof UsageError)) return EXIT.failed;
  process.stderr.write(`See entrance ${error.command === undefined ? '' : `${error.command} `}--help.\n`);
  return EXIT.usage;
}

function isVerbose(): boolean {
  return process.env.LOG_LEVEL === 'debug' || process.env.LOG_LEVEL === 'trace';
}

function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE';
}

/** The reader of the output is gone, as with “entrance audit export | head”. The server goes on without its log. */
function onOutputError(error: Error): void {
  if (!isBrokenPipe(error)) throw error;
  if (process.argv[2] !== 'serve') process.exit(EXIT.failed);
}

process.stdout.on('error', onOutputError);
process.stderr.on('error', onOutputError);
process.on('uncaughtException', (error) => process.exit(explain(error)));
process.exitCode = await run(process.argv.slice(2)).catch(explain);
