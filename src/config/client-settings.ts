import * as z from 'zod';
import type { ClientConfig } from './config.js';
import { line } from './schemas.js';
import type { AnySetting, OptionalSetting, SecretSetting } from './setting.js';
import type { SettingsReader } from './settings-reader.js';

/** Vendors generate secrets at random; some providers let people choose one. */
const LEAST_VARIETY_BITS = 32;

/** Settings for our registration as a client of a provider (RFC 6749 §2.2, §2.3): client ID and client secret. */
export function clientSettings(prefix: string, name: string) {
  return {
    clientId: {
      name: `${prefix}_CLIENT_ID`,
      defaultInWords: `required with \`${prefix}_ENABLED\``,
      example: 'entrance',
      meaning: `The client ID that ${name} gave this application.`,
      schema: line(255).regex(/^\S+$/, 'must be the client ID, which has no blanks'),
    } satisfies OptionalSetting<string>,
    clientSecret: {
      name: `${prefix}_CLIENT_SECRET`,
      secret: 'list',
      defaultInWords: `required with \`${prefix}_ENABLED\``,
      example: 'the client secret, as it is shown when it is made',
      exampleInWords: true,
      meaning: `The client secret. A list rotates it: the next is tried when ${name} refuses one.`,
      leastVariety: LEAST_VARIETY_BITS,
      schema: z.string(),
    } satisfies SecretSetting,
  };
}

export type ClientSettings = ReturnType<typeof clientSettings>;

/** A missing value is a problem only while the provider is on. */
export function readClient(
  settings: SettingsReader,
  { clientId, clientSecret }: ClientSettings,
  enabled: string,
  isOn: boolean,
): Pick<ClientConfig, 'clientId' | 'credentials'> | undefined {
  const id = settings.find(clientId);
  const secret = settings.findSecret(clientSecret);
  if (isOn) requireAll(settings, `${enabled}=true`, clientId, clientSecret);
  return id === undefined || secret === undefined ? undefined : { clientId: id, credentials: { secret } };
}

/** Rejects each setting that isn’t set, for a provider that is on. */
export function requireAll(
  settings: SettingsReader,
  neededBy: string,
  ...needed: readonly AnySetting[]
): void {
  for (const setting of needed) {
    if (!settings.isSet(setting)) settings.reject(setting, `isn’t set, and ${neededBy} needs it`);
  }
}
