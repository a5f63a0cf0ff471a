import * as z from 'zod';
import { splitList } from '../../config/list.js';
import type { ProviderSettings, TextOf } from '../../config/provider-settings.js';
import { listOf } from '../../config/schemas.js';
import type { OptionalSetting, Setting } from '../../config/setting.js';
import { ssoSettings } from '../../config/sso-settings.js';
import { quoted } from '../../identity/quoted.js';
import { adfsNames } from './adfs.js';

const LONGEST_ID = 40;
const ID = new RegExp(`^[a-z][a-z0-9_-]{0,${LONGEST_ID - 1}}$`);
/** Reserved IDs, besides those of the other kinds. */
const OURS = ['local', 'generic', adfsNames.id];

/** The ID of a provider that has no kind of its own, as it stands in addresses. */
export const providerId = z
  .string()
  .regex(
    ID,
    `must be an ID: a small letter, then small letters, digits, - and _, ${LONGEST_ID} characters at most`,
  );

export function prefixOf(providerId: string): string {
  return `SSO_${providerId.toUpperCase().replaceAll('-', '_')}`;
}

/** The settings that give providers their IDs. No ID may be one of another kind, or begin the names of its settings. */
export function idSettings(others: readonly ProviderSettings[]) {
  const free = providerId.refine((one) => isFree(one, others), {
    error: ({ input }) =>
      `holds ${quoted(String(input))}, but settings of another provider, or of all, begin with ${prefixOf(String(input))}: choose another ID`,
  });
  const ids = listOf(free).refine((list) => clashIn(list) === undefined, {
    error: ({ input }) => {
      const [one, other] = clashIn(Array.isArray(input) ? input : []) ?? ['', ''];
      return `holds ${quoted(one)} and ${quoted(other)}, whose settings would have the same names: choose another ID`;
    },
  });
  return {
    ids: {
      name: 'SSO_GENERIC_IDS',
      default: '[]',
      example: 'authentik,auth0',
      meaning:
        'The IDs of OpenID Connect providers, which stand in their addresses (`/auth/sso/callback/authentik`). Each has all settings below under its own ID: `SSO_AUTHENTIK_ISSUER`, `SSO_AUTHENTIK_CLIENT_ID`, …; `-` in an ID is `_` there. A provider that is named here is on unless its `…_ENABLED` is `false`.',
      schema: ids,
    } satisfies Setting<readonly string[]>,
    providerId: {
      name: 'SSO_GENERIC_PROVIDER_ID',
      defaultInWords: 'required with `SSO_GENERIC_ENABLED`',
      example: 'authentik',
      meaning: 'The ID of the one provider that the settings `SSO_GENERIC_…` describe.',
      schema: free,
    } satisfies OptionalSetting<string>,
  };
}

/** The IDs in the list that are usable as they are; problems of the others are reported when the settings are read. */
export function idsIn(textOf: TextOf, others: readonly ProviderSettings[]): readonly string[] {
  const list = splitList(textOf('SSO_GENERIC_IDS') ?? '[]');
  const items = 'items' in list ? list.items : [];
  return [...new Set(items.filter((one) => ID.test(one) && isFree(one, others)))];
}

/** IDs of providers that seem to be set up, although the list doesn't name them. */
export function unlistedIn(names: readonly string[], others: readonly ProviderSettings[]): readonly string[] {
  return names.flatMap((name) => {
    const [, beginning = ''] = /^SSO_([A-Z][A-Z0-9_]*)_ISSUER$/.exec(name) ?? [];
    const one = beginning.toLowerCase();
    return ID.test(one) && isFree(one, others) ? [one] : [];
  });
}

/** Whether neither a kind nor a setting of others has the ID, or names that begin with it. */
export function isFree(one: string, others: readonly ProviderSettings[]): boolean {
  const beginning = `${prefixOf(one)}_`;
  const isOfKind = others.some(({ kind }) => kind === one);
  const names = [
    ...Object.values(ssoSettings),
    ...others.flatMap(({ groups }) => groups.flatMap(({ settings }) => settings)),
  ].map(({ name }) => name);
  return !OURS.includes(one) && !isOfKind && !names.some((name) => name.startsWith(beginning));
}

/** Two IDs that give variables the same names. */
function clashIn(ids: readonly string[]): readonly [string, string] | undefined {
  for (const [index, one] of ids.entries()) {
    const other = ids.slice(0, index).find((earlier) => prefixOf(earlier) === prefixOf(one));
    if (other !== undefined) return [other, one];
  }
  return undefined;
}
