import type { SignInTrial } from '../access/sign-in-trial.js';
import type { TrialGrant, TrialResult } from '../pages/models/setup.js';
import type { Fact } from '../pages/parts.js';
import type { ConsoleDependencies } from './dependencies.js';
import { timeInWords } from './time-in-words.js';
import { roleLabels } from './user-words.js';

type Surroundings = Pick<ConsoleDependencies, 'nameOfProvider' | 'pages' | 'clock'>;
type Preview = NonNullable<SignInTrial['preview']>;

const titles = {
  refuse: 'This person would be refused',
  create: 'This person would get in, with a new account',
  wait: 'This person would wait for approval',
  claim: 'This person would get in, with the account that was added for them',
  welcome: 'This person would get in',
} as const satisfies Record<Preview['outcome'], string>;

export function trialResult(
  { at, claims, failure, preview, provider }: SignInTrial,
  { clock, nameOfProvider, pages }: Surroundings,
): TrialResult {
  const account = preview?.account;
  return {
    provider: nameOfProvider(provider),
    time: timeInWords(new Date(at).toISOString(), clock.now()),
    outcome: {
      tone: failure === undefined ? (preview?.outcome === 'wait' ? 'info' : 'success') : 'danger',
      title: preview === undefined ? 'The sign-in failed' : titles[preview.outcome],
      detail: failure && `${failure.title}${codeOf(failure)}. ${failure.detail}`,
      remedy: failure?.remedy,
      account: account && { href: pages.at(`/admin/users/${account.id}`), label: account.fullName },
    },
    gives: preview && givesOf(preview),
    read: preview === undefined ? [] : readOf(preview.identity),
    claims,
    againAction: pages.at(`/admin/setup/try/${provider}`),
  };
}

function codeOf({ providerCode }: NonNullable<SignInTrial['failure']>): string {
  return providerCode === undefined ? '' : ` (${providerCode})`;
}

function givesOf({ keepsGrants, outcome, roles, teams }: Preview): NonNullable<TrialResult['gives']> {
  const grants = (all: Preview['roles'], labels: Readonly<Record<string, string>> = {}): TrialGrant[] =>
    all.map(({ name, because }) => ({ name: labels[name] ?? name, because: because.join(', ') }));
  const note = keepsGrants
    ? 'The settings let only the first sign-in decide, so the account keeps what it has.'
    : outcome === 'refuse'
      ? 'The claims would give this if the person were let in.'
      : undefined;
  return { roles: grants(roles, roleLabels), teams: grants(teams), note };
}

function readOf(identity: Preview['identity']): readonly Fact[] {
  const { appRoles, email, emailVerified, fullName, groups, id, scope } = identity;
  return [
    { label: 'Name', value: fullName },
    { label: 'Email', value: email ?? 'none' },
    { label: 'Email is vouched for', value: emailVerified ? 'yes' : 'no' },
    { label: 'ID at the provider', value: id },
    { label: 'Directory or issuer', value: scope },
    { label: 'Groups', value: listed(groups) },
    { label: 'App roles', value: listed(appRoles) },
  ];
}

function listed({ names, isComplete }: Preview['identity']['groups']): string {
  const known = names.length === 0 ? 'none' : names.join(', ');
  return isComplete ? known : `${names.length === 0 ? 'not known' : `${known}, and perhaps more`}`;
}
