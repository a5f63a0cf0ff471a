import type { LogConfig } from './config.js';
import { line, oneOf } from './schemas.js';
import type { OptionalSetting, Setting } from './setting.js';
import type { SettingsReader } from './settings-reader.js';

export const logSettings = {
  level: {
    name: 'LOG_LEVEL',
    serverOnly: true,
    default: 'info',
    example: 'debug',
    meaning: 'The least that is logged: `fatal`, `error`, `warn`, `info`, `debug`, `trace`, or `silent`.',
    schema: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      warning: 'warn',
      critical: 'fatal',
    }),
  } satisfies Setting<LogConfig['level']>,
  format: {
    name: 'LOG_FORMAT',
    serverOnly: true,
    defaultInWords: '`json`; on a terminal `pretty`',
    example: 'json',
    meaning: 'How the log on stdout is written: `json`, or `pretty` for people.',
    schema: oneOf(['json', 'pretty'], { text: 'pretty' }),
  } satisfies OptionalSetting<LogConfig['format']>,
  file: {
    name: 'LOG_FILE',
    serverOnly: true,
    example: '/var/log/entrance/entrance.log',
    meaning: 'Write the log, as JSON, to this file too.',
    schema: line(4_096),
  } satisfies OptionalSetting<string>,
};

export function readLog(settings: SettingsReader, terminal: boolean): LogConfig {
  return {
    level: settings.get(logSettings.level),
    format: settings.find(logSettings.format) ?? (terminal ? 'pretty' : 'json'),
    file: settings.find(logSettings.file),
  };
}
