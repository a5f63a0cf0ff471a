import { createRequire } from 'node:module';
import pino, { type Logger } from 'pino';
import type { LogConfig } from './config/config.js';

/** Structured logs on stdout, and to the file when one is set. */
export function createLog({ level, format, file }: LogConfig): Logger {
  const stdout =
    format === 'pretty'
      ? prettyPrinter()({ translateTime: 'SYS:HH:MM:ss', ignore: 'requestId', sync: true })
      : process.stdout;
  const streams = [{ level: 'trace' as const, stream: stdout }];
  const toFile =
    file === undefined
      ? []
      : [{ level: 'trace' as const, stream: pino.destination({ dest: file, mkdir: true }) }];
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.multistream([...streams, ...toFile]),
  );
}

/** Loaded where it is asked for: a server that logs JSON starts faster without it. */
function prettyPrinter(): typeof import('pino-pretty') {
  return createRequire(import.meta.url)('pino-pretty');
}
