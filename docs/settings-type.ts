import { type AnySetting, fileVariable, isSecret } from '#entrance/config/setting.js';
import { othersNames } from '#entrance/config/setting-groups.js';
import { kindsWith, providerKinds } from '#entrance/providers/kinds.js';
import { settingGroups } from '#entrance/settings.js';

const INTRODUCTION = `/* Generated from the declared settings by \`npm run docs\`: change those instead. */

type YesOrNo = boolean | string;
type Count = number | string;
type List = readonly string[] | string;
/** An object, or its JSON. */
type Mapping = Readonly<Record<string, unknown>> | string;
`;
const ONE_OF_SEVERAL = 'SSO_GENERIC_';
/** A provider of a host app's code that has every setting such a provider can have. */
const CUSTOM = {
  id: 'custom',
  name: 'Custom',
  begin: () => 'https://id.acmecorp.com',
  complete: () => ({ subject: 'nobody' }),
  confirm: () => ({ isThere: false }),
  stepsUp: true,
} as const;
const OF_CUSTOM = 'SSO_CUSTOM_';

/** src/host/settings.ts: the names of all settings with what a program may give for each. */
export function settingsType(): string {
  const ours = settingGroups
    .flatMap(({ settings }) => settings)
    .filter(({ serverOnly }) => serverOnly !== true);
  const several = ours.filter(
    ({ name }) => name.startsWith(ONE_OF_SEVERAL) && !/_(?:IDS|PROVIDER_ID)$/.test(name),
  );
  const members = ours.map((setting) => `${remark(setting)}${membersOf(setting).join('\n')}`);
  const ofCustom = kindsWith([CUSTOM]).flatMap(({ groups, kind }) =>
    kind === CUSTOM.id ? groups.flatMap(({ settings }) => settings) : [],
  );
  const patterns = new Set([
    ...several.flatMap((setting) => patternsOf(setting, ONE_OF_SEVERAL)),
    ...ofCustom.flatMap((setting) => patternsOf(setting, OF_CUSTOM)),
  ]);
  return `${INTRODUCTION}
/** The settings of docs/configuration.md by their names. Those of the standalone server have no effect in a host app. */
export interface Settings {
${members.join('\n')}
${othersNames(providerKinds)
  .map((name) => `  readonly ${name}?: string | undefined;`)
  .join('\n')}

  // Further providers of \`SSO_GENERIC_IDS\` and of the option \`providers\`, each with its own ID in the names.
${[...patterns].join('\n')}
}
`;
}

function patternsOf(setting: AnySetting, beginning: string): readonly string[] {
  return membersOf({ ...setting, name: setting.name.slice(beginning.length) }).map((member) =>
    member.replace(/readonly (\w+)\?/, `readonly [name: \`SSO_\${string}_$1\`]`),
  );
}

function membersOf(setting: AnySetting): readonly string[] {
  const member = `  readonly ${setting.name}?: ${typeOf(setting)} | undefined;`;
  return isSecret(setting) ? [member, `  readonly ${fileVariable(setting)}?: string | undefined;`] : [member];
}

/** The type of the value that the schema makes of the example. */
function typeOf(setting: AnySetting): string {
  if (isSecret(setting)) return setting.secret === 'list' ? 'List' : 'string';
  const { example, schema } = setting;
  const value = schema.safeParse(example).data;
  if (typeof value === 'boolean') return 'YesOrNo';
  if (typeof value === 'number' && String(value) === example) return 'Count';
  if (example.startsWith('{')) return 'Mapping';
  return Array.isArray(value) ? 'List' : 'string';
}

function remark({ meaning }: AnySetting): string {
  return `  /** ${meaning.replaceAll(/\s+/g, ' ')} */\n`;
}
