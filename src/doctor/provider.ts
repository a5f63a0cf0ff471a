import * as z from 'zod';
import type { EntraConfig } from '../config/config.js';
import { EntranceError } from '../errors.js';
import { networkCause } from '../network-cause.js';
import type { Provider, ProviderInspection, PublishedMetadata } from '../providers/provider.js';
import { parseReport } from '../providers/reported-error.js';
import { remedyOf } from '../providers/unreachable.js';
import { type Answer, ask, reasonOf } from './ask.js';
import { checkCredentials, checkExpiry } from './credentials.js';
import { couldNotCheck, type Finding, failed, ok, warning } from './finding.js';
import { checkGraph } from './graph.js';
import { checkRedirectUri } from './redirect-uri.js';

/** Milliseconds by which clocks may differ: an ID token is refused from 60 seconds on. */
const DRIFT_WARNING = 10_000;
const DRIFT_FAILURE = 60_000;

/** Everything that has to be right at Microsoft and on the way there. */
export async function checkProvider(
  provider: Provider,
  config: EntraConfig,
  now: () => number,
): Promise<readonly Finding[]> {
  const { inspection } = provider;
  const expiry = checkExpiry(inspection.datedCredentials(), config.credentials, now());
  let answer: Answer;
  try {
    answer = await ask(inspection.metadataUrl);
  } catch (error) {
    return [unreachable(inspection.metadataUrl, error), ...expiry];
  }
  if (answer.status !== 200) return [refusedMetadata(inspection, answer), ...expiry];

  const published = await readMetadata(provider);
  const clock = judgeClock(answer);
  if (!('issuer' in published)) return [published, clock, ...expiry];
  const checks = await Promise.all([
    checkKeys(published),
    checkCredentials(inspection, config.credentials),
    checkRedirectUri(provider),
    checkGraph(inspection.graphUrl),
  ]);
  return [
    ok('discovery', 'Microsoft’s metadata can be read.'),
    ok('issuer', 'The issuer is that of the configured cloud and tenant.'),
    clock,
    ...checks.flat(),
    ...expiry,
  ];
}

function unreachable(url: string, error: unknown): Finding {
  const { host, origin } = new URL(url);
  return failed('discovery', `${origin} can’t be reached: ${reasonOf(error)}.`, {
    why: 'Nobody can sign in with Microsoft.',
    mend: remedyOf(networkCause(error)?.fault ?? 'refused', host),
  });
}

function refusedMetadata({ explain, metadataUrl }: ProviderInspection, { status, text }: Answer): Finding {
  const { facts, mend } = explain(parseReport(text) ?? { error: '' });
  const { aadsts } = facts;
  const number = aadsts === undefined ? '' : ` (AADSTS${aadsts})`;
  return failed(
    'discovery',
    `${new URL(metadataUrl).host} answers ${status}${number} when asked for its metadata.`,
    {
      why: 'Without the metadata nobody can sign in with Microsoft.',
      mend:
        mend ??
        'Check SSO_ENTRA_TENANT_ID, and SSO_ENTRA_AUTHORITY for a national cloud; otherwise wait: Microsoft may be down.',
    },
  );
}

/** As signing in reads it, with the rule that its issuer has to obey. */
async function readMetadata({ inspection }: Provider): Promise<PublishedMetadata | Finding> {
  try {
    return await inspection.metadata();
  } catch (error) {
    const known = error instanceof EntranceError ? error : undefined;
    const cause = z.object({ expected: z.string(), received: z.string() }).safeParse(known?.cause).data;
    if (cause === undefined) {
      return failed('discovery', 'What Microsoft publishes isn’t the metadata of an OpenID provider.', {
        why: 'Without the metadata nobody can sign in with Microsoft.',
        mend: 'Check SSO_ENTRA_AUTHORITY, and whether an outbound proxy answers in Microsoft’s place.',
      });
    }
    return failed(
      'issuer',
      `The metadata is of another cloud or tenant: it names ${JSON.stringify(cause.received)}.`,
      {
        why: 'Its tokens wouldn’t be of your tenant, so every sign-in is refused.',
        mend:
          known?.mend ??
          `SSO_ENTRA_AUTHORITY and SSO_ENTRA_TENANT_ID together have to lead to metadata that names ${cause.expected}.`,
      },
    );
  }
}

const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string(), use: z.string().optional() })) });

async function checkKeys({ jwks_uri }: PublishedMetadata): Promise<readonly Finding[]> {
  const advice = {
    why: 'The signature of no ID token can be verified, so every sign-in is refused.',
    mend: `Let this machine reach ${jwks_uri ?? 'the key set'} over https, unaltered by an outbound proxy.`,
  };
  try {
    const { status, text } = await ask(jwks_uri ?? '');
    const { data } = keySet.safeParse(parseJson(text));
    const signing = (data?.keys ?? []).filter(({ use = 'sig' }) => use === 'sig');
    if (status === 200 && signing.length > 0)
      return [
        ok(
          'signing_keys',
          `Microsoft publishes ${signing.length} signing key${signing.length === 1 ? '' : 's'}.`,
        ),
      ];
    return [
      failed(
        'signing_keys',
        `The signing keys can’t be read: the answer is ${status}, with ${signing.length} keys.`,
        advice,
      ),
    ];
  } catch (error) {
    return [failed('signing_keys', `The signing keys can’t be read: ${reasonOf(error)}.`, advice)];
  }
}

/** The header `Date` is of whole seconds, and somewhere between question and answer. */
function judgeClock({ headers, askedAt, answeredAt }: Answer): Finding {
  const theirs = Date.parse(headers.get('date') ?? '');
  if (Number.isNaN(theirs)) {
    return couldNotCheck('provider_clock', 'Microsoft’s answer has no date to compare the clock with.', {
      why: 'A clock that is off by a minute makes every sign-in fail.',
      mend: 'See that the clock is synchronised (timedatectl).',
    });
  }
  const ahead = Math.max(0, askedAt - theirs - 1_000) - Math.max(0, theirs - answeredAt);
  const drift = Math.abs(ahead);
  if (drift < DRIFT_WARNING) return ok('provider_clock', 'This machine’s clock agrees with Microsoft’s.');
  const judge = drift < DRIFT_FAILURE ? warning : failed;
  return judge(
    'provider_clock',
    `This machine’s clock is ${Math.round(drift / 1_000)} s ${ahead > 0 ? 'ahead of' : 'behind'} Microsoft’s.`,
    {
      why: 'Tokens seem to have expired, or to come from the future: from 60 s on they are refused.',
      mend: 'Synchronise this machine’s clock (NTP: chrony or systemd-timesyncd).',
    },
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
