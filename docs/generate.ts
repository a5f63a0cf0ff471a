import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { foreignTables } from '#entrance/config/foreign-names.js';
import { type AnySetting, fileVariable, isSecret } from '#entrance/config/setting.js';
import { aadstsFamilies } from '#entrance/providers/entra/aadsts-families.js';
import { aadstsTexts } from '#entrance/providers/entra/aadsts-texts.js';
import { type EntraOperatorValues, fixedValues } from '#entrance/providers/entra/operator-values.js';
import { forOperator } from '#entrance/providers/failure-text.js';
import { providerKinds } from '#entrance/providers/kinds.js';
import { settingGroups } from '#entrance/settings.js';
import { settingsType } from './settings-type.js';

const LINE_WIDTH = 100;

const PAGE_INTRODUCTION = `# Configuration

<!-- Generated from src/config by \`npm run docs\`: change it there. -->

Entrance is configured by environment variables. The command \`entrance\` also reads a \`.env\` file in the working
directory; what the environment already sets takes precedence. [.env.example](../.env.example) lists every variable.
An empty variable counts as unset.

Everything is checked at start. All problems are printed at once, each with the variable, what is wrong and an example
that is right, and the exit code is 78. Warnings are printed on stderr at each start, unless \`LOG_LEVEL\` is \`silent\`: about names that are a slip away from
one of these, names of other products, and settings that contradict each other.

| kind of value | how it is written |
| --- | --- |
| yes or no | \`true\` or \`false\`; \`1\`, \`yes\`, \`on\` and \`0\`, \`no\`, \`off\` do too |
| list | a JSON array, \`["a","b"]\`, or with commas, \`a,b\`; \`[]\` is the empty one |
| duration | a whole number with its unit, \`ms\`, \`s\`, \`m\`, \`h\` or \`d\`: \`90s\`, \`30m\`, \`8h\`, \`1d\` |
| secret \`X\` | \`X\` itself, or \`X_FILE\` with the path of a file that holds it; never both |
| list of secrets | as a list; in a file one per line, or a JSON array. A secret with a comma goes into a JSON array or a file |

A secret's file is read again when it changed, so that a secret rotates without a restart; while a changed file is
empty, unreadable or not right, the last good value stays in force. Secrets appear in no log and in no message.

## How a value is written

| place | rule |
| --- | --- |
| everywhere | UTF-8. Line ends and blanks around a value are left out; around a secret this causes a warning. Other control characters, invisible characters, quotation marks around a value, references that nothing resolved (\`$\{NAME}\`, \`{{ name }}\`, \`@Microsoft.KeyVault(…)\`) are refused |
| the environment | The value and nothing else: \`docker --env-file\` and Kubernetes keep quotation marks and comments. A comment behind a value is refused; only names of people and products, \`SESSION_SECRET\` and passwords may hold \` #\` |
| \`.env\` | \`NAME=value\` in one line. A value with \`#\`, \`$\`, a quotation mark, a backslash or blanks stands in single quotes, \`NAME='pa#ss$word'\`, where each character is itself. \` # …\` behind a value is a comment |
| | Refused: \`#\` without a blank before it and without quotes; a backslash in double quotes; a quotation mark that isn't closed; a line that names a setting and is no assignment. JSON takes one line, or single quotes around all of it |
| a file (\`…_FILE\`) | The value alone: no name, no quotation marks, no comment. A list of secrets has one per line |
| a secret | No placeholder (\`changeme\`, \`your-…\`), no reference (\`op://…\`), no word or character over and over; \`SESSION_SECRET\` and \`METRICS_TOKEN\` also need variety: \`openssl rand -base64 48\` |

A \`.env\` that is there and can't be read, or any file that a setting names, stops the start with the reason in words.
`;

/** The settings that a mounted Entrance leaves to its app, and the prefix. */
function mountedSection(): string {
  const names = settingGroups.flatMap(({ settings }) =>
    settings.filter(({ serverOnly }) => serverOnly === true).map(({ name }) => `\`${name}\``),
  );
  return `## In an app of your own

An app that mounts Entrance (\`createEntrance({ settings: fromEnvironment(process.env) })\`) listens and logs by itself. These settings are the
standalone server’s and aren’t read there, whatever their values: ${names.join(', ')}.
The \`PORT\` of the app is used for one thing: without \`BASE_URL\`, addresses begin with \`http://localhost:$PORT\` if it is a port
number, and otherwise with \`http://localhost:8000\`; a warning says so. To choose what is logged, pass a logger with pino’s methods as \`log\`.

In place of an environment, \`settings\` may be an object of these names: \`createEntrance({ settings: { BASE_URL: config.url, SSO_ENABLED: true } })\`.
Lists and mappings may be arrays and objects there, numbers and \`true\` may be themselves, and TypeScript finds a name that doesn’t exist.

If a name below is your app’s own, give ours a prefix: with \`fromEnvironment(process.env, { prefix: 'ENTRANCE_' })\`,
\`ENTRANCE_BASE_URL\` is read in place of \`BASE_URL\`, and so is every other name, \`_FILE\` included. That helps with a \`SESSION_SECRET\`
of another library, and with the \`BASE_URL=/\` of Vite and Vitest. \`NODE_ENV\` and \`AZURE_FEDERATED_TOKEN_FILE\` are set by others: they
hold without the prefix unless they are given with it, so \`ENTRANCE_NODE_ENV=production\` suits an app whose \`NODE_ENV\` is another word.
At start, messages use the names with the prefix; every name under the prefix that is no setting is warned of.
`;
}

const ENV_INTRODUCTION = `The settings of Entrance. Copy this file to .env and uncomment what you need; the values are the
defaults or, where there is none, examples. Every secret can be given as a file instead, by a variable whose name
ends in _FILE. docs/configuration.md says more. Generated by "npm run docs".`;

/** docs/configuration.md */
export function configurationPage(): string {
  const groups = settingGroups.map(({ title, settings }) =>
    table(
      title,
      ['variable', 'default', 'meaning'],
      settings.map((setting) => [namesOf(setting), defaultOf(setting), meaningOf(setting)]),
    ),
  );
  return `${[PAGE_INTRODUCTION, mountedSection(), ...groups, foreign()].join('\n')}`;
}

/** .env.example */
export function envExample(): string {
  const groups = settingGroups.map(
    ({ title, settings }) => `# --- ${title} ---\n\n${settings.map(entryOf).join('\n')}`,
  );
  return [comment(ENV_INTRODUCTION), ...groups].join('\n');
}

const AADSTS_INTRODUCTION = `# Microsoft’s error numbers

<!-- Generated from aadsts-texts.ts and aadsts-families.ts in src/providers/entra by \`npm run docs\`: change it there. -->

Microsoft numbers its errors. Many are shown on Microsoft’s own page and never reach Entrance. Microsoft also says that
the numbers may change: Entrance goes by the \`error\` beside them, and takes the number for a better text. Every number
stands on the page, in the log (\`facts.providerCode\`) and in the audit event (\`entrance.provider_code\`, and the number in \`entrance.aadsts\`), also one that isn’t here. The
first table has the numbers with a text of their own; the second has families, for all others that begin in that way.

The third column is what the log says under \`remedy\`; in place of ‹…› it has your own values there.
[How to find the line](entra-setup.md#troubleshooting).
`;

/** The placeholders for the reader's own values. */
const ownValues: EntraOperatorValues = {
  ...fixedValues,
  redirectUri: '`BASE_URL/auth/sso/callback/entra`',
  clientId: '‹your application›',
  tenant: '‹your tenant›',
  authority: '‹your authority›',
  scopes: '‹your scopes›',
  adminConsentUrl: '‹the admin-consent link›',
};

/** docs/aadsts.md */
export function aadstsPage(): string {
  const numbers = Object.entries(aadstsTexts).map(([number, { operator, title }]) => [
    `AADSTS${number}`,
    title,
    forOperator(operator, ownValues),
  ]);
  const families = Object.entries(aadstsFamilies)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([beginning, { about, text }]) => [
      `AADSTS${beginning}…`,
      about,
      text.title,
      forOperator(text.operator, ownValues),
    ]);
  const heading = ['what the person reads', 'for the operator'];
  return `${AADSTS_INTRODUCTION}
## Numbers

${rows(['number', ...heading], numbers)}
## Families

The longest beginning that fits counts: AADSTS530032 is of the family AADSTS53…. If the \`error\` beside a number says by
itself that the set-up or Microsoft is at fault (\`invalid_client\`, \`server_error\`), the person reads the text of the \`error\`.

${rows(['begins with', 'about', ...heading], families)}`;
}

function namesOf(setting: AnySetting): string {
  return isSecret(setting) ? `\`${setting.name}\`, \`${fileVariable(setting)}\`` : `\`${setting.name}\``;
}

function defaultOf(setting: AnySetting): string {
  if (setting.defaultInWords !== undefined) return setting.defaultInWords;
  return 'default' in setting ? `\`${setting.default}\`` : 'unset';
}

function meaningOf(setting: AnySetting): string {
  if (hasUsefulDefault(setting)) return setting.meaning;
  return hasAdvice(setting)
    ? `${setting.meaning} For example ${setting.example}.`
    : `${setting.meaning} For example \`${setting.example}\`.`;
}

function hasUsefulDefault(setting: AnySetting): boolean {
  return 'default' in setting && setting.default !== '[]';
}

function hasAdvice(setting: AnySetting): boolean {
  return isSecret(setting) && setting.exampleInWords === true;
}

function foreign(): string {
  const { gateway, gatewayPrefixes, common } = foreignTables(providerKinds);
  const entries = [
    ...[...gateway, ...common].map(({ names, here }) => [names, here] as const),
    ...gatewayPrefixes.map(([prefix, here]) => [[`${prefix}*`], here] as const),
  ];
  return `## Names of other products

The names that the MCP Gateway (ContextForge) has for single sign-on and the local administrator hold here too. The other
names below have no effect. The server says at start which of them are set, and their names here. In an app of yours it
mentions others only beside a name that the gateway alone has.

${rows(
  ['there', 'here'],
  entries.map(([names, here]) => [names.map((name) => `\`${name}\``).join(', '), here]),
)}`;
}

function table(title: string, heading: readonly string[], body: readonly (readonly string[])[]): string {
  return `## ${title}\n\n${rows(heading, body)}`;
}

function rows(heading: readonly string[], body: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
  return [row(heading), row(heading.map(() => '---')), ...body.map(row)].join('');
}

function entryOf(setting: AnySetting): string {
  const unset = `Default: ${defaultOf(setting)}.`;
  const text = hasUsefulDefault(setting)
    ? setting.meaning
    : `${hasAdvice(setting) ? meaningOf(setting) : setting.meaning} ${unset}`;
  return `${comment(text.replaceAll('`', ''))}# ${setting.name}=${startingValueOf(setting)}\n`;
}

function startingValueOf(setting: AnySetting): string {
  if (hasAdvice(setting)) return '';
  return 'default' in setting && hasUsefulDefault(setting) ? setting.default : setting.example;
}

function comment(text: string): string {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + word.length < LINE_WIDTH)
      lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(`# ${word}`);
  }
  return `${lines.join('\n')}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL('configuration.md', import.meta.url), configurationPage());
  writeFileSync(new URL('../.env.example', import.meta.url), envExample());
  writeFileSync(new URL('aadsts.md', import.meta.url), aadstsPage());
  writeFileSync(new URL('../src/host/settings.ts', import.meta.url), settingsType());
}
