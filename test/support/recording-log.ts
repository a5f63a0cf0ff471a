import { Writable } from 'node:stream';
import { type Logger, pino } from 'pino';

export interface LogLine {
  readonly msg: string;
  readonly level: number;
  readonly [name: string]: unknown;
}

/** A log whose lines a test reads. */
export function recordingLog(level = 'info'): { readonly log: Logger; readonly lines: readonly LogLine[] } {
  const lines: LogLine[] = [];
  const output = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  return { log: pino({ level }, output), lines };
}
