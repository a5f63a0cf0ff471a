import { accessJson } from '../access/access-json.js';
import { type ExplainedAccess, type ExplainedGrant, explainAccess } from '../access/explain.js';
import { type AccessPreview, type PreviewedChange, previewAccess } from '../access/preview.js';
import type { Config, SsoConfig } from '../config/config.js';
import { type NameOfProvider, namesOfProviders } from '../config/provider-name.js';
import type { Directory } from '../directory/directory.js';
import { type Claimed, isComplete, namedIn } from '../identity/claimed.js';
import { addressIn } from '../identity/email.js';
import { sourceInWords } from '../identity/grant-words.js';
import type { Teams } from '../teams/teams.js';
import { plural } from '../words.js';

interface Sources {
  readonly directory: Directory;
  readonly teams: Teams;
}

/** `entrance access explain EMAIL`. Undefined if nobody has this email. */
export async function explainAccessOf(
  email: string,
  sso: SsoConfig,
  stores: Sources,
  { json }: { readonly json: boolean },
): Promise<string | undefined> {
  const user = await stores.directory.findByEmail(addressIn(email));
  if (user === undefined) return undefined;
  const access = await explainAccess(stores, user, sso);
  return json ? `${JSON.stringify(accessJson(access))}\n` : inWords(access, namesOfProviders({ sso }));
}

export interface PreviewReport {
  readonly report: string;
  /** Whether a `platform_admin` who can sign in would be left. */
  readonly leavesAdministrator: boolean;
}

/** `entrance access preview`. Undefined if the settings in the environment turn single sign-on off. */
export async function previewAccessBy(
  config: Pick<Config, 'localAccounts' | 'sso'>,
  { directory, teams }: Sources,
  { json }: { readonly json: boolean },
): Promise<PreviewReport | undefined> {
  if (config.sso.providers.length === 0) return undefined;
  const preview = await previewAccess(directory, config, await teams.list());
  const report = json ? `${JSON.stringify(previewJson(preview))}\n` : previewInWords(preview, config);
  return { report, leavesAdministrator: preview.leavesAdministrator };
}

function inWords({ user, seen, roles, teams }: ExplainedAccess, nameOfProvider: NameOfProvider): string {
  const list = (heading: string, grants: readonly ExplainedGrant[]) => [
    `${heading}:${grants.length === 0 ? ' none' : ''}`,
    ...grants.map((grant) => `  ${grant.name}: ${reason(grant)}`),
  ];
  const said =
    seen === undefined
      ? ['Has never signed in through a provider that the account is linked to.']
      : [
          `The last sign-in, ${seen.at}, with ${seen.provider === undefined ? 'a provider that isn’t known' : nameOfProvider(seen.provider)}, said:`,
          `  groups: ${claimedInWords(seen.groups, 'a group')}`,
          `  app roles: ${claimedInWords(seen.appRoles, 'an app role')}`,
          `  verified email domain: ${seen.verifiedDomain ?? 'none'}`,
        ];
  const lines = [
    `${user.fullName} <${user.email}>, ${user.status}`,
    ...list('Roles', roles),
    ...list('Teams', teams),
    ...said,
  ];
  return `${lines.join('\n')}\n`;
}

function reason({ origin, sources, confirmedAt }: ExplainedGrant): string {
  if (origin === 'manual') return 'given by hand';
  const because = sources.map((source) => {
    const { setting } = source;
    const by =
      setting === undefined
        ? 'of a provider that isn’t known'
        : setting === null
          ? 'which gives it no more'
          : setting;
    return `${sourceInWords(source)} (${by})`;
  });
  return `${because.join(', ')}; confirmed ${confirmedAt}`;
}

function claimedInWords(claimed: Claimed, one: string): string {
  const values = namedIn(claimed).join(', ');
  if (isComplete(claimed)) return values === '' ? 'none' : values;
  return `${values === '' ? '' : `${values}, and others that are `}unknown; what rests on ${one} stays as it was`;
}

function previewInWords(preview: AccessPreview, { sso }: Pick<Config, 'sso'>): string {
  const { changes, people, groupsUnknown, appRolesUnknown, notJudged, leavesAdministrator, firstSignInOnly } =
    preview;
  const areSeveral = sso.providers.length > 1;
  const nameOfProvider = areSeveral ? namesOfProviders({ sso }) : undefined;
  const unknown = [
    ['groups', groupsUnknown, 'a group'],
    ['app roles', appRolesUnknown, 'an app role'],
  ] as const;
  const lines = [
    `${plural(people, 'person has', 'people have')} signed in through a provider. With these settings, at their next sign-in${areSeveral ? ' with the same one' : ''}:`,
    ...(changes.length === 0
      ? ['  nothing would change.']
      : changes.map((change) => `  ${changeInWords(change, nameOfProvider)}`)),
    ...firstSignInOnly.map((name) => `${name} is false: only first sign-ins go by these settings.`),
    ...(notJudged === 0
      ? []
      : [
          `${plural(notJudged, 'person', 'people')} signed in last with a provider that isn’t known, or that they can’t sign in with any more: nothing is said of them here.`,
        ]),
    ...(leavesAdministrator ? [] : ['Nobody who can sign in would be platform_admin.']),
    ...unknown
      .filter(([, count]) => count > 0 && firstSignInOnly.length === 0)
      .map(
        ([what, count, one]) =>
          `The ${what} of ${plural(count, 'person', 'people')} aren’t all known: what rests on ${one} stays with them.`,
      ),
  ];
  return `${lines.join('\n')}\n`;
}

function changeInWords(
  { kind, name, change, count, people, provider }: PreviewedChange,
  nameOfProvider: NameOfProvider | undefined,
): string {
  const origin = nameOfProvider === undefined ? '' : ` from ${nameOfProvider(provider)}`;
  const who = `${plural(count, 'person', 'people')}${origin}`;
  const verb = kind === 'role' ? change : change === 'gain' ? 'come into' : 'leave';
  const what = kind === 'role' ? name : `the team “${name}”`;
  const more = count - people.length;
  const others = more === 0 ? '' : ` and ${more.toLocaleString('en')} more`;
  return `${who} would ${verb} ${what}: ${people.join(', ')}${others}`;
}

function previewJson(preview: AccessPreview) {
  return {
    people: preview.people,
    groups_unknown: preview.groupsUnknown,
    app_roles_unknown: preview.appRolesUnknown,
    not_judged: preview.notJudged,
    every_sign_in: preview.firstSignInOnly.length === 0,
    leaves_administrator: preview.leavesAdministrator,
    changes: preview.changes,
  };
}
