import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import pino, { type DestinationStream, type Logger } from 'pino';
import type { LogConfig } from './config/config.js';
import { ConfigError } from './config/config-error.js';
import { causeOf, isAbsence, missingTarget } from './config/file-cause.js';
import { logSettings } from './config/log.js';
import { exampleOf } from './config/setting.js';
import { assertLog, completeLog, type Log } from './host/log.js';
import { printableJson, spelledOut } from './identity/printable.js';

/** Logs one step at `debug`, never with a secret. `particulars` is called only if `debug` is logged. */
export type Tell = (step: string, particulars?: () => object) => void;

/** Other users of the machine can’t read the log, since it names people and addresses. */
const FILE_MODE = 0o640;
/** The most bytes that wait while the file can’t be written. Lines beyond them are dropped. */
const LONGEST_WAIT_BYTES = 4 * 1024 * 1024;

/** @throws ConfigError if the file can’t be opened */
export function createLog({ level, format, file }: LogConfig): Logger {
  const stdout =
    format === 'pretty'
      ? spellingOut(prettyPrinter()({ translateTime: 'SYS:HH:MM:ss', ignore: 'requestId', sync: true }))
      : process.stdout;
  const streams = [{ level: 'trace' as const, stream: stdout }];
  const toFile = file === undefined ? [] : [{ level: 'trace' as const, stream: openFile(file) }];
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      hooks: { streamWrite: printableJson },
    },
    pino.multistream([...streams, ...toFile]),
  );
}

/** @throws TypeError for a log of a host app without pino’s methods */
export function loggerOf(log: Log): Logger {
  assertLog(log);
  const complete = log.child !== undefined && log.isLevelEnabled !== undefined ? log : completeLog(log);
  return complete as Logger; // no file calls another method (test/host/log.test.ts)
}

/** @throws ConfigError if the log's file couldn’t be written; the file isn't created */
export function assertLogFile({ file }: LogConfig): void {
  if (file !== undefined) assertWritable(file);
}

function assertWritable(file: string): void {
  try {
    if (statSync(file).isDirectory()) throw Object.assign(new Error('a directory'), { code: 'EISDIR' });
    accessSync(file, constants.W_OK);
  } catch (error) {
    // Opening a link creates the file that it names, but not the folders of that file.
    const target = missingTarget(error);
    if (target !== undefined && existsSync(dirname(target))) assertWritable(target);
    else if (isAbsence(error)) assertFolder(dirname(file));
    else throw unwritable(error);
  }
}

/** Requires that the nearest existing folder is writable, since missing folders are created later. */
function assertFolder(folder: string): void {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    if (!statSync(folder).isDirectory()) throw Object.assign(new Error('a file'), { code: 'ENOTDIR' });
  } catch (error) {
    if (!isAbsence(error) || dirname(folder) === folder) throw unwritable(error);
    assertFolder(dirname(folder));
  }
}

/** Writes lines at once: waiting for a full disk would delay the end of the process. */
function openFile(file: string): DestinationStream {
  try {
    const stream = pino.destination({
      dest: file,
      mkdir: true,
      mode: FILE_MODE,
      sync: true,
      maxLength: LONGEST_WAIT_BYTES,
    });
    reportOnce(stream);
    return stream;
  } catch (error) {
    throw unwritable(error);
  }
}

/** Reports the first failure, such as a full disk, and doesn't end the process. The log still goes to stdout. */
function reportOnce(stream: NodeJS.EventEmitter): void {
  let isReported = false;
  stream.on('error', (error) => {
    if (isReported) return;
    isReported = true;
    process.stderr.write(`Warning: ${logSettings.file.name} can’t be written any more: ${causeOf(error)}.\n`);
  });
}

function unwritable(error: unknown): ConfigError {
  const { file } = logSettings;
  return new ConfigError([
    { variable: file.name, problem: `can’t be written: ${causeOf(error)}`, example: exampleOf(file) },
  ]);
}

/** Spells out invisible characters, since pino-pretty prints texts raw and a terminal obeys them. */
function spellingOut(pretty: DestinationStream): DestinationStream {
  return { write: (line) => pretty.write(spelledOut(line)) };
}

/** Loaded at its first use, since a server that logs JSON starts faster without it. */
function prettyPrinter(): typeof import('pino-pretty') {
  return createRequire(import.meta.url)('pino-pretty');
}
