import { readFileSync } from 'node:fs';
import { exportFormats } from './audit/export.js';
import { type Command, defineCommand, type Surroundings, UsageError } from './commands/command.js';
import { readCommandLine } from './commands/command-line.js';
import { EXIT } from './commands/exit-codes.js';
import { failureWords } from './commands/failure-words.js';
import { print } from './commands/print.js';
import { ConfigError } from './config/config-error.js';
import { DEFAULT_SCOPES, scopes } from './tokens/api-token.js';

/** The server and its libraries are loaded only when a command needs them: help and mistakes are answered at once. */
const handlers = () => import('./commands/handlers.js');

const JSON_OPTION = { short: 'j', help: 'print it as JSON' } as const;

/** All commands. The help is made from this table, and docs/operations.md has to agree with it. */
const commands: readonly Command[] = [
  defineCommand({
    name: 'serve',
    summary: 'start the server',
    options: {},
    details: 'Settings come from the environment and from .env: docs/configuration.md lists them all.',
    run: async (_given, around) => (await handlers()).serve(around),
  }),
  defineCommand({
    name: 'doctor',
    summary: 'check the configuration and everything that the server relies on',
    options: { json: JSON_OPTION },
    run: async (given, around) => (await handlers()).doctor(given, around),
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
    run: async (given, around) => (await handlers()).createToken(given, around),
  }),
  defineCommand({
    name: 'access explain',
    summary: 'say why somebody holds their roles and is in their teams',
    argument: { name: 'EMAIL', what: 'email address' },
    options: { json: JSON_OPTION },
    run: async (given, around, email) => (await handlers()).accessExplain(given, around, email),
  }),
  defineCommand({
    name: 'access preview',
    summary: 'say what the settings of this environment would take from whom, and give',
    options: { json: JSON_OPTION },
    details: 'It changes nothing, and fails if the settings left no administrator.',
    run: async (given, around) => (await handlers()).accessPreview(given, around),
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
    run: async (given, around) => (await handlers()).usersMoveTenant(given, around),
  }),
  defineCommand({
    name: 'audit verify',
    summary: 'look whether the audit log is as it was written',
    options: {
      head: { value: 'SEQUENCE:HASH', help: 'a head that was noted down, which the log has to hold still' },
      json: JSON_OPTION,
    },
    run: async (given, around) => (await handlers()).auditVerify(given, around),
  }),
  defineCommand({
    name: 'audit export',
    summary: 'print all audit events, oldest first',
    options: { format: { short: 'f', value: 'FORMAT', help: `${exportFormats.join(' or ')} (ndjson)` } },
    run: async (given, around) => (await handlers()).auditExport(given, around),
  }),
];

/** The command `entrance` of this process. */
export async function runInProcess(): Promise<void> {
  const around = { folder: '.', env: process.env, stdout: process.stdout, stderr: process.stderr };
  process.stdout.on('error', onOutputError);
  process.stderr.on('error', onOutputError);
  process.on('uncaughtException', (error) => process.exit(explain(error, around)));
  process.exitCode = await runCommand(process.argv.slice(2), around);
}

/** Gives the exit code. A failure is printed, not thrown. */
export async function runCommand(args: readonly string[], around: Surroundings): Promise<number> {
  try {
    const asked = await readCommandLine(args, { commands, settings: settingNames, version: version() });
    return 'text' in asked ? print(asked.text, around) : await asked.run(around);
  } catch (error) {
    return explain(error, around);
  }
}

async function settingNames(): Promise<readonly string[]> {
  const { settingGroups } = await import('./settings.js');
  return settingGroups.flatMap(({ settings }) => settings.map(({ name }) => name));
}

function version(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return String(version);
}

function explain(error: unknown, { env, stderr }: Surroundings): number {
  if (error instanceof ConfigError) {
    stderr.write(`${error.report()}\n`);
    return EXIT.configuration;
  }
  if (isBrokenPipe(error)) return EXIT.failed;
  stderr.write(`entrance: ${failureWords(error)}\n`);
  if (isVerbose(env) && error instanceof Error) stderr.write(`${error.stack}\n`);
  if (!(error instanceof UsageError)) return EXIT.failed;
  stderr.write(`See entrance ${error.command === undefined ? '' : `${error.command} `}--help.\n`);
  return EXIT.usage;
}

function isVerbose({ LOG_LEVEL }: Surroundings['env']): boolean {
  return LOG_LEVEL === 'debug' || LOG_LEVEL === 'trace';
}

function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE';
}

/** The reader of the output is gone, as with “entrance audit export | head”. The server goes on without its log. */
function onOutputError(error: Error): void {
  if (!isBrokenPipe(error)) throw error;
  if (process.argv[2] !== 'serve') process.exit(EXIT.failed);
}
