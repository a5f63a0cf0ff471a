import * as z from 'zod';
import { parseEmail } from '../identity/email.js';
import { hiddenCharacter } from '../identity/text.js';
import { typedText } from '../identity/typed-text.js';
import { LONGEST_NAME } from '../identity/user.js';
import type { LocalAccountsConfig } from './config.js';
import { line, understood, wholeNumber } from './schemas.js';
import type { OptionalSetting, SecretSetting, Setting } from './setting.js';
import type { SettingsReader } from './settings-reader.js';

const MINUTE = 60_000;
/** The smallest value of PASSWORD_MIN_LENGTH. */
const LEAST_MIN_LENGTH = 8;

export const localAccountSettings = {
  email: {
    name: 'PLATFORM_ADMIN_EMAIL',
    example: 'admin@acmecorp.com',
    meaning:
      'The local administrator, created at the first start and never overwritten afterwards. Goes with `PLATFORM_ADMIN_PASSWORD`.',
    schema: understood(parseEmail, emailRefusal),
  } satisfies OptionalSetting<string>,
  password: {
    name: 'PLATFORM_ADMIN_PASSWORD',
    secret: 'single',
    example: 'four or more unrelated words, or what a password manager makes',
    exampleInWords: true,
    meaning: 'The local administrator’s first password. Weak and well-known ones are refused.',
    anyText: true,
    schema: z.string(),
  } satisfies SecretSetting,
  fullName: {
    name: 'PLATFORM_ADMIN_FULL_NAME',
    default: 'Platform Administrator',
    example: 'Platform Administrator',
    meaning: 'The local administrator’s name.',
    anyText: true,
    schema: line(200).pipe(typedText(LONGEST_NAME)),
  } satisfies Setting<string>,
  passwordMinLength: {
    name: 'PASSWORD_MIN_LENGTH',
    default: '12',
    example: '15',
    meaning: `The fewest characters of a password, from ${LEAST_MIN_LENGTH}. Beside it there are a strength estimate and a list of common passwords, and no composition rules (NIST SP 800-63B).`,
    schema: wholeNumber(LEAST_MIN_LENGTH, 128),
  } satisfies Setting<number>,
  maxFailedAttempts: {
    name: 'MAX_FAILED_LOGIN_ATTEMPTS',
    default: '5',
    example: '5',
    meaning:
      'After this many failures for one account from one address, signing in with a password pauses. Nobody is exempt.',
    schema: wholeNumber(1, 100),
  } satisfies Setting<number>,
  lockoutMinutes: {
    name: 'ACCOUNT_LOCKOUT_DURATION_MINUTES',
    default: '15',
    example: '15',
    meaning: 'How many minutes that pause lasts.',
    schema: wholeNumber(1, 1_440),
  } satisfies Setting<number>,
};

function emailRefusal(text: string): string {
  const hidden = hiddenCharacter(text);
  return `must be an email address${hidden === undefined ? '' : `, without ${hidden}`}`;
}

export function readLocalAccounts(settings: SettingsReader, enabled: boolean): LocalAccountsConfig {
  const passwordMinLength = settings.get(localAccountSettings.passwordMinLength);
  return {
    enabled,
    administrator: readAdministrator(settings, passwordMinLength),
    passwordMinLength,
    maxFailedAttempts: settings.get(localAccountSettings.maxFailedAttempts),
    lockoutDuration: settings.get(localAccountSettings.lockoutMinutes) * MINUTE,
  };
}

/** The strength of the password is checked where passwords are handled, not here. */
function readAdministrator(
  settings: SettingsReader,
  passwordMinLength: number,
): LocalAccountsConfig['administrator'] {
  const email = settings.find(localAccountSettings.email);
  const password = settings.findSecret(localAccountSettings.password);
  const fullName = settings.get(localAccountSettings.fullName);

  if (password !== undefined && [...password.value()].length < passwordMinLength) {
    settings.reject(localAccountSettings.password, `must have at least ${passwordMinLength} characters`);
  }
  if (email !== undefined && password !== undefined) return { email, password, fullName };
  const { email: address, password: secret } = localAccountSettings;
  if (email !== undefined && !settings.isRejected(secret)) {
    settings.reject(secret, 'isn’t set, and PLATFORM_ADMIN_EMAIL needs it');
  }
  if (password !== undefined && !settings.isRejected(address)) {
    settings.reject(address, 'isn’t set, and PLATFORM_ADMIN_PASSWORD needs it');
  }
  return undefined;
}
