import type { SetupSection, SetupStep, StepFinding } from '../pages/models/setup.js';
import type { Badge, Fact } from '../pages/parts.js';
import type { CheckName, Severity } from '../providers/inspection/finding.js';
import type { Provider } from '../providers/provider.js';
import type { KeptFinding } from './setup-check.js';

const states = {
  ok: { tone: 'success', label: 'Done' },
  warning: { tone: 'warning', label: 'Warning' },
  failed: { tone: 'danger', label: 'Wrong' },
  could_not_check: { tone: 'neutral', label: 'Not checked' },
} as const satisfies Record<Severity, Badge>;

/** A part of the step is done, and the rest can't be checked from here. */
const PARTLY: Badge = { tone: 'neutral', label: 'Partly checked' };

const tones = { ok: 'success', warning: 'warning', failed: 'danger', could_not_check: 'info' } as const;

/** The worst comes first. */
const ORDER: readonly Severity[] = ['failed', 'could_not_check', 'warning', 'ok'];

const CHECKS = {
  connection: ['discovery', 'issuer', 'signing_keys', 'provider_clock'],
  redirect: ['redirect_uri'],
  credential: ['credential', 'credential_expiry'],
  rights: ['graph', 'groups'],
} as const satisfies Record<string, readonly CheckName[]>;

export interface StepSurroundings {
  /** `BASE_URL`. */
  readonly baseUrl: string;
  /** Undefined if nothing was checked lately. */
  readonly findings: readonly KeptFinding[] | undefined;
  /** The end of each credential, in words. */
  readonly expiries: readonly string[];
  /** The state of the connection as sign-ins and the upkeep have found it, in words. */
  readonly health: string | undefined;
  readonly tryAction: string;
}

/** The steps that connect a provider, in the order in which an operator takes them. */
export function providerSection(provider: Provider, surroundings: StepSurroundings): SetupSection {
  const { baseUrl, expiries, findings, health, tryAction } = surroundings;
  const { config, id, inspection } = provider;
  const { name, settings } = config;
  const about = (checks: readonly CheckName[]) =>
    findings?.filter(({ check }) => checks.some((one) => one === check)) ?? [];
  const rights = about(CHECKS.rights);
  const isLinked = findings !== undefined;
  return {
    id,
    heading: config.displayName,
    tryAction,
    steps: [
      step(`Reach ${name}`, about(CHECKS.connection), { detail: health }),
      step('Register the redirect URI', about(CHECKS.redirect), {
        detail: `Paste it into the registration at ${name}, letter by letter.`,
        values: [{ label: 'Redirect URI', value: inspection.redirectUri }],
      }),
      step('Set a credential', about(CHECKS.credential), {
        detail: [
          `The credential shows ${name} that this is your app.`,
          ...(about(CHECKS.credential).length === 0 ? expiries : []),
        ].join(' '),
      }),
      ...signOutSteps(provider, baseUrl),
      ...(isLinked && rights.length === 0
        ? []
        : [
            step('Read groups and app roles', rights, {
              detail: `${settings.adminGroups} says who is an administrator. A test sign-in shows what arrives.`,
            }),
          ]),
    ],
  };
}

/** Nobody but the provider knows whether these addresses are registered. */
function signOutSteps(provider: Provider, baseUrl: string): readonly SetupStep[] {
  const { id, endSessionUrl, globalRevocation, signOutNotices } = provider;
  const values: readonly (Fact | undefined)[] = [
    signOutNotices && { label: 'Logout URL', value: `${baseUrl}/auth/sso/logout/${id}` },
    endSessionUrl && { label: 'Post-logout redirect URI', value: `${baseUrl}/admin/login` },
    globalRevocation && {
      label: 'Global token revocation URL',
      value: `${baseUrl}/auth/sso/${id}/global-token-revocation`,
    },
  ];
  const known = values.filter((value) => value !== undefined);
  const detail = `Enter them if ${provider.config.name} has fields for them. With the logout URL, a sign-out there ends sessions here too; the redirect URI leads people back.`;
  return known.length === 0 ? [] : [step('Register the sign-out addresses', [], { detail, values: known })];
}

export function installationSection(findings: readonly KeptFinding[] | undefined): SetupSection {
  const heading = 'This installation';
  const detail = 'Settings, own address and store are looked at with “Check now”.';
  const steps = [step('Settings, address and store', findings ?? [], { detail })];
  return { id: 'installation', heading, steps };
}

function step(
  title: string,
  findings: readonly KeptFinding[],
  { detail, values = [] }: { readonly detail?: string | undefined; readonly values?: readonly Fact[] },
): SetupStep {
  return {
    title,
    state: stateOf(findings),
    detail,
    values,
    findings: findings.toSorted((one, other) => rank(one) - rank(other)).map(inWords),
  };
}

function stateOf(findings: readonly KeptFinding[]): Badge {
  const has = (wanted: Severity) => findings.some(({ severity }) => severity === wanted);
  const worst = ORDER.find(has) ?? 'could_not_check';
  return worst === 'could_not_check' && (has('ok') || has('warning')) ? PARTLY : states[worst];
}

function rank({ severity }: KeptFinding): number {
  return ORDER.indexOf(severity);
}

function inWords({ severity, what, why, remedy }: KeptFinding): StepFinding {
  return { tone: tones[severity], what, why, remedy };
}
