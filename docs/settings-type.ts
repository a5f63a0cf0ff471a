import { type AnySetting, fileVariable, isSecret } from '#entrance/config/setting.js';
import { othersNames } from '#entrance/config/setting-groups.js';
import { providerKinds } from '#entrance/providers/kinds.js';
import { settingGroups } from '#entrance/settings.js';

const INTRODUCTION = `/* Generated from the declared settings by \`npm run docs\`: change those instead. */

type YesOrNo = boolean | string;
type Count = number | string;
type List = readonly string[] | string;
/** An object, or its JSON. */
type Mapping = Readonly<Record<string, unknown>> | string;
`;
const ONE_OF_SEVERAL = 'SSO_GENERIC_';

/** src/host/settings.ts: the names of all settings with what a program may give for each. */
export function settingsType(): string {
  const ours = settingGroups
    .flatMap(({ settings }) => settings)
    .filter(({ serverOnly }) => serverOnly !== true);
  const several = ours.filter(
    ({ name }) => name.startsWith(ONE_OF_SEVERAL) && !/_(?:IDS|PROVIDER_ID)$/.test(name),
  );
  const members = ours.map((setting) => `${remark(setting)}${membersOf(setting).join('\n')}`);
  const patterns = several.flatMap((setting) =>
    membersOf({ ...setting, name: setting.name.slice(ONE_OF_SEVERAL.length) }).map((member) =>
      member.replace(/readonly (\w+)\?/, `readonly [name: \`SSO_\${string}_$1\`]`),
    ),
  );
  return `${INTRODUCTION}
/** The settings of docs/configuration.md by their names. Those of the standalone server have no effect in a host app. */
export interface Settings {
${members.join('\n')}
${othersNames(providerKinds)
  .map((name) => `  readonly ${name}?: string | undefined;`)
  .join('\n')}

  // Further providers of \`SSO_GENERIC_IDS\`, each with its own ID in the names.
${patterns.join('\n')}
}
`;
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
