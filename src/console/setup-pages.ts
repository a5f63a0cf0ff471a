import { createKeptTrials } from '../access/kept-trials.js';
import { sessionOf } from '../guards/guards.js';
import type { SetupModel } from '../pages/models/setup.js';
import { credentialExpiry } from '../providers/credentials/expiry.js';
import type { Provider } from '../providers/provider.js';
import { plural } from '../words.js';
import type { Handlers } from './console-pages.js';
import type { ConsoleDependencies } from './dependencies.js';
import { createSetupChecks, type SetupCheck, summaryOf } from './setup-check.js';
import { explainRefusal } from './setup-refusals.js';
import { installationSection, providerSection } from './setup-steps.js';
import { timeInWords } from './time-in-words.js';
import { trialResult } from './trial-result.js';

const MOST_REFUSALS = 10;

/** The page that an operator keeps open beside the provider's portal. Showing it asks no provider anything. */
export function createSetupPages(deps: ConsoleDependencies) {
  const { audit, config, keptTexts, providers, pages, clock } = deps;
  const checks = createSetupChecks(deps);
  const trials = createKeptTrials(config, keptTexts);

  return {
    async show(request, response) {
      const [checked, { events }] = await Promise.all([
        checks.last(),
        audit.list({ outcome: 'failure', limit: MOST_REFUSALS }),
      ]);
      pages.show(
        request,
        response,
        'setup',
        { title: 'Setup', section: 'setup' },
        {
          ...sections(checked),
          refusals: events.map((event) => explainRefusal(event, deps)),
          checkAction: pages.at('/admin/setup/check'),
          auditHref: pages.at('/admin/audit?outcome=failure'),
        },
      );
    },

    async check(_request, response) {
      const found = await checks.run();
      const hasFailed = [found.installation, ...found.ofProviders.map(({ findings }) => findings)]
        .flat()
        .some(({ severity }) => severity === 'failed');
      pages.redirect(response, pages.at('/admin/setup'), summaryOf(found), hasFailed ? 'warning' : 'success');
    },

    async showTrial(request, response) {
      const trial = await trials.read(sessionOf(request).handle);
      const model = { backHref: pages.at('/admin/setup'), result: trial && trialResult(trial, deps) };
      pages.show(request, response, 'setup-trial', { title: 'Test sign-in', section: 'setup' }, model);
    },
  } satisfies Handlers;

  function sections(
    checked: SetupCheck | undefined,
  ): Pick<SetupModel, 'checked' | 'providers' | 'installation'> {
    const { origin, path } = config.server.baseUrl;
    return {
      checked: checked && timeInWords(new Date(checked.at).toISOString(), clock.now()),
      providers: providers.map((provider) =>
        providerSection(provider, {
          baseUrl: `${origin}${path}`,
          findings: checked?.ofProviders.find(({ id }) => id === provider.id)?.findings,
          expiries: expiriesOf(provider),
          health: healthOf(provider),
          tryAction: pages.at(`/admin/setup/try/${provider.id}`),
        }),
      ),
      installation: installationSection(checked?.installation),
    };
  }

  function expiriesOf({ inspection }: Provider): readonly string[] {
    return inspection.datedCredentials().map((credential) => {
      const { daysLeft, expiresAt, kind } = credentialExpiry(credential, clock.now());
      const day = new Date(expiresAt).toISOString().slice(0, 10);
      return daysLeft < 0
        ? `The ${kind} has expired on ${day}.`
        : `The ${kind} expires on ${day}, in ${plural(daysLeft, 'day')}.`;
    });
  }

  function healthOf({ config: { name }, health }: Provider): string | undefined {
    if (health.since === undefined) return `${name} wasn’t asked for anything yet.`;
    const { words } = timeInWords(health.since, clock.now());
    return health.reachable
      ? `${name} answered when it was last asked.`
      : `${name} couldn’t be used when it was last asked; that began ${words}.`;
  }
}
