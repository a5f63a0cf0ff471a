import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportFormats } from '../audit/export.js';
import { systemClock } from '../clock.js';
import type { Config } from '../config/config.js';
import { decodeText, NoText } from '../config/decode-text.js';
import { causeOf } from '../config/file-cause.js';
import { createLog } from '../log.js';
import { untilReachable } from '../redis/until-reachable.js';
import { startServer } from '../server.js';
import { parseConfig, readEnvFile } from '../settings.js';
import { openStores, type Stores } from '../stores.js';
import { issueToken } from '../tokens/tokens.js';
import { explainAccessOf, previewAccessBy } from './access.js';
import { exportAudit, parseNotedHead, verifyAudit } from './audit.js';
import { type Surroundings, UsageError } from './command.js';
import { diagnose } from './doctor.js';
import { EXIT } from './exit-codes.js';
import { storeFailureText } from './failure-words.js';
import { print } from './print.js';
import { parseTokenOptions, type TokenOptions } from './token.js';
import { moveTenantBy, parseTenantMove } from './users.js';

/* Each function of this file carries out one command, and gives its exit code. */

/** The failure of a command, in words for people. */
class CommandError extends Error {}

export async function serve(around: Surroundings): Promise<number> {
  const server = await startServer(readConfig(around));
  const signal = await new Promise<NodeJS.Signals>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  // A person who presses Ctrl+C doesn’t want to wait.
  if (signal === 'SIGTERM') await server.leaveRotation();
  await server.close();
  return EXIT.ok;
}

export async function doctor({ json }: { readonly json: boolean }, around: Surroundings): Promise<number> {
  const { env, stdout } = around;
  const colours = stdout.isTTY === true && env.NO_COLOR === undefined;
  const { outcome, report } = await diagnose(() => readConfig(around), { json, colours });
  stdout.write(report);
  return EXIT[outcome];
}

export async function createToken(given: TokenOptions, around: Surroundings): Promise<number> {
  const options = parseTokenOptions(given);
  return withStores(around, async ({ tokens }) => {
    const { token, record } = await issueToken(tokens, { ...options, createdBy: null }, systemClock);
    const particulars = {
      id: record.id,
      name: record.name,
      token,
      scopes: record.scopes,
      expires_at: record.expiresAt,
    };
    return print(given.json ? `${JSON.stringify(particulars)}\n` : `${token}\n`, around);
  });
}

export async function accessExplain(
  given: { readonly json: boolean },
  around: Surroundings,
  email: string,
): Promise<number> {
  return withStores(around, async (stores, { sso }) => {
    const explanation = await explainAccessOf(email, sso, stores, given);
    if (explanation !== undefined) return print(explanation, around);
    around.stderr.write(`There is no user with the email ${email}.\n`);
    return EXIT.failed;
  });
}

export async function accessPreview(
  given: { readonly json: boolean },
  around: Surroundings,
): Promise<number> {
  return withStores(around, async (stores, config) => {
    const preview = await previewAccessBy(config, stores, given);
    if (preview === undefined) {
      around.stderr.write(
        'Single sign-on is off in this environment: set SSO_ENABLED and the switch of a provider (SSO_…_ENABLED).\n',
      );
      return EXIT.failed;
    }
    print(preview.report, around);
    return preview.leavesAdministrator ? EXIT.ok : EXIT.failed;
  });
}

export async function usersMoveTenant(
  given: {
    readonly from: string | undefined;
    readonly to: string | undefined;
    readonly map: string | undefined;
    readonly apply: boolean;
    readonly json: boolean;
  },
  around: Surroundings,
): Promise<number> {
  const { from, to } = given;
  const map = given.map === undefined ? undefined : readMap(given.map);
  const move = await parseTenantMove({ from, to, map });
  if ('problem' in move) throw new UsageError(move.problem, 'users move-tenant');
  return withStores(around, async (stores, config) => {
    const { report, isDone } = await moveTenantBy(move, config, stores, given);
    print(report, around);
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

export async function auditVerify(
  { head, json }: { readonly head: string | undefined; readonly json: boolean },
  around: Surroundings,
): Promise<number> {
  const noted = head === undefined ? undefined : parseNotedHead(head);
  if (head !== undefined && noted === undefined)
    throw new UsageError(
      `--head: SEQUENCE:HASH, as an earlier verification printed it, not “${head}”`,
      'audit verify',
    );
  return withStores(around, async ({ audit }) => {
    const { intact, report } = await verifyAudit(audit, { noted, json });
    print(report, around);
    return intact ? EXIT.ok : EXIT.failed;
  });
}

export async function auditExport(
  { format: wanted = 'ndjson' }: { readonly format: string | undefined },
  around: Surroundings,
): Promise<number> {
  const format = exportFormats.find((one) => one === wanted);
  if (format === undefined)
    throw new UsageError(`--format: ${exportFormats.join(' or ')}, not “${wanted}”`, 'audit export');
  return withStores(around, async ({ audit }) => {
    await exportAudit(audit, format, around.stdout);
    return EXIT.ok;
  });
}

async function withStores(
  around: Surroundings,
  work: (stores: Stores, config: Config) => Promise<number>,
): Promise<number> {
  const config = readConfig(around);
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

function readConfig({ folder, env, stdout }: Surroundings): Config {
  const envFile = readEnvFile(join(folder, '.env'), env);
  for (const [name, value] of Object.entries(envFile.values)) env[name] ??= value;
  return parseConfig(env, { terminal: stdout.isTTY === true, envFile });
}
