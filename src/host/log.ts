/** Writes a line: fields and a text, or a text alone, as pino does. */
export interface LogMethod {
  (fields: object, text?: string): void;
  (text: string): void;
}

/** The methods of pino that Entrance calls. Any logger with them will do. */
export interface Log {
  readonly debug: LogMethod;
  readonly info: LogMethod;
  readonly warn: LogMethod;
  readonly error: LogMethod;
  /** Without it, every level counts as enabled. */
  isLevelEnabled?(level: string): boolean;
  /** A log whose lines all have these fields. Without it, the fields are added to each line. */
  child?(fields: object): Log;
}

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

/** @throws TypeError for a log without one of the methods that every log needs */
export function assertLog(log: Log): void {
  const missing = LEVELS.filter((level) => typeof log?.[level] !== 'function');
  if (missing.length === 0) return;
  throw new TypeError(
    `the log of createEntrance needs pino’s methods; it has no ${missing.join(', ')}. Pass a pino logger, or an object with ${LEVELS.join(', ')}`,
  );
}

/** The same log with the two methods that some loggers lack. */
export function completeLog(log: Log, fields: object = {}): Required<Log> {
  const hasFields = Object.keys(fields).length > 0;
  const method =
    (level: (typeof LEVELS)[number]): LogMethod =>
    (first: object | string, text?: string) => {
      if (typeof first !== 'string') log[level]({ ...fields, ...first }, text);
      else if (hasFields) log[level](fields, first);
      else log[level](first);
    };
  return {
    debug: method('debug'),
    info: method('info'),
    warn: method('warn'),
    error: method('error'),
    isLevelEnabled: (level) => log.isLevelEnabled?.(level) ?? true,
    child: (more) => completeLog(log, { ...fields, ...more }),
  };
}
