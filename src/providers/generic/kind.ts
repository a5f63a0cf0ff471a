import type { ProviderSettings, TextOf } from '../../config/provider-settings.js';
import type { SettingsReader } from '../../config/settings-reader.js';
import type { ProviderKind } from '../provider-kind.js';
import { adfsPreset } from './adfs.js';
import { type GenericConfig, readGeneric } from './config.js';
import { createGenericProvider } from './generic.js';
import { idSettings, idsIn, prefixOf, unlistedIn } from './ids.js';
import { type GenericSettings, genericSettings, type Preset } from './settings.js';

/** The provider of `SSO_GENERIC_…`, which the documentation shows. */
const SINGLE: Preset = {
  prefix: 'SSO_GENERIC',
  id: 'SSO_GENERIC_PROVIDER_ID',
  name: 'the provider',
  isOn: false,
};

interface Declared {
  readonly preset: Preset;
  readonly settings: GenericSettings;
}

/** @param others the kinds whose settings' names no ID may repeat */
export function genericBeside(others: readonly ProviderSettings[]): ProviderKind<GenericConfig> {
  const ids = idSettings(others);
  const { enabled, ...documented } = genericSettings(SINGLE);
  const single = {
    ...documented,
    enabled: {
      ...enabled,
      meaning:
        'Turns the provider on that the settings `SSO_GENERIC_…` describe. For several see `SSO_GENERIC_IDS`.',
    },
  };
  const adfs: Declared = { preset: adfsPreset, settings: genericSettings(adfsPreset) };
  const known = new Map<string, Declared>();
  const withIds = (textOf: TextOf) => [...idsIn(textOf, others).map((id) => declaredOf(id, known)), adfs];

  return {
    kind: 'generic',
    names: { [adfsPreset.id]: adfsPreset.name },
    groups: [
      {
        title: 'Any OpenID Connect provider',
        settings: [ids.ids, single.enabled, ids.providerId, ...Object.values(documented)],
      },
    ],
    settingsIn: (textOf) => withIds(textOf).flatMap(({ settings }) => Object.values(settings)),
    foreignNames: {
      gateway: [
        {
          names: ['SSO_ADFS_DEFAULT_EMAIL_DOMAIN'],
          here: 'no address is made of a user name; SSO_ADFS_EMAIL_CLAIM=upn takes the address from there',
        },
      ],
    },
    switches: (settings) => [
      single.enabled,
      ...withIds((name) => settings.text(name)).map(({ settings: { enabled } }) => enabled),
    ],
    read(settings, isOn) {
      settings.get(ids.ids);
      const unlisted = settings.isSet(ids.ids) ? [] : unlistedIn(settings.names(), others);
      for (const one of unlisted)
        settings.warn(
          `${prefixOf(one)}_ISSUER is set, but nothing turns that provider on: SSO_GENERIC_IDS=${one} does`,
        );
      const listed = withIds((name) => settings.text(name)).map((one) => readOne(settings, one, isOn));
      const id = settings.find(ids.providerId);
      const isSingleOn = isOn && settings.get(single.enabled);
      if (isSingleOn && !settings.isSet(ids.providerId))
        settings.reject(ids.providerId, 'isn’t set, and SSO_GENERIC_ENABLED=true needs it');
      const named = { prefix: SINGLE.prefix, id: id ?? '', name: capitalised(id ?? '') };
      const found = readGeneric(settings, single, named, isSingleOn);
      const isTwice = listed.some((other) => other !== undefined && other.id === id);
      if (isSingleOn && isTwice)
        settings.reject(ids.providerId, `is ${id}, which SSO_GENERIC_IDS names too: keep one of them`);
      const one = isSingleOn && id !== undefined ? found : undefined;
      return [...listed, one].filter((provider) => provider !== undefined);
    },
    create: createGenericProvider,
  };
}

function readOne(
  settings: SettingsReader,
  { preset, settings: declared }: Declared,
  isOn: boolean,
): GenericConfig | undefined {
  const isThisOn = isOn && settings.get(declared.enabled);
  const found = readGeneric(settings, declared, preset, isThisOn);
  return isThisOn ? found : undefined;
}

/** Made once for each ID, because settings are read often while a configuration is parsed. */
function declaredOf(id: string, known: Map<string, Declared>): Declared {
  const made = known.get(id);
  if (made !== undefined) return made;
  const preset: Preset = { prefix: prefixOf(id), id, name: capitalised(id), isOn: true };
  const declared = { preset, settings: genericSettings(preset) };
  known.set(id, declared);
  return declared;
}

function capitalised(id: string): string {
  return id.charAt(0).toUpperCase() + id.slice(1);
}
