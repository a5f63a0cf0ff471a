import * as z from 'zod';
import type { CredentialsConfig } from '../../config/config.js';
import { EntranceError } from '../../errors.js';
import { parseJson } from '../../parse-json.js';
import type { DatedCredential } from '../credentials/expiry.js';
import type { CredentialTrial } from '../provider.js';
import { parseReport, type Refine } from '../reported-error.js';
import { remedyAfter } from '../unreachable.js';
import { type Answer, ask, reasonOf } from './ask.js';
import { type CredentialWords, checkExpiry, judgeCredentials } from './credentials.js';
import { couldNotCheck, type Finding, failed, ok, warning } from './finding.js';
import { checkRedirectUri, type RedirectCheck } from './redirect-uri.js';

/** Milliseconds by which the clocks may differ. From the failure on, ID tokens are refused. */
const DRIFT_WARNING_MS = 10_000;
const DRIFT_FAILURE_MS = 60_000;

/** The endpoints in a provider’s metadata that an operator wants to see. */
export interface PublishedMetadata {
  readonly issuer: string;
  readonly jwks_uri?: string | undefined;
}

/** The texts for an operator about one provider. */
export interface InspectionWords
  extends CredentialWords,
    Pick<RedirectCheck, 'errorShownIn' | 'registeredAt'> {
  /** The end of “the issuer is that of …”: “the configured cloud and tenant”. */
  readonly issuerIsOf: string;
  /** The remedy if the address of the metadata has no document. */
  readonly metadataRemedy: string;
  /** The remedy if the address has a document that isn't metadata. */
  readonly documentRemedy: string;
  /** The remedy if the metadata names another issuer than the expected one. */
  issuerRemedy(expected: string): string;
}

export interface InspectedOpenId extends Pick<RedirectCheck, 'redirectUri' | 'silentSignIn'> {
  /** The next is asked if one has no document. Empty if the metadata was set by hand; then nothing is asked. */
  readonly metadataUrls: readonly string[];
  /** Reads the metadata as a sign-in does, with the check of the issuer. */
  metadata(): Promise<PublishedMetadata>;
  readonly explain: Refine;
  readonly credentials: CredentialsConfig;
  tryCredentials(): Promise<readonly CredentialTrial[] | undefined>;
  datedCredentials(): readonly DatedCredential[];
  readonly words: InspectionWords;
  moreChecks?(): Promise<readonly Finding[]>;
}

/** Checks the set-up at the provider and the connection to it. */
export async function examineOpenId(
  inspected: InspectedOpenId,
  now: () => number,
): Promise<readonly Finding[]> {
  const { credentials, metadataUrls, words } = inspected;
  const [metadataUrl, ...others] = metadataUrls;
  const expiry = checkExpiry(inspected.datedCredentials(), credentials, words, now());
  if (metadataUrl === undefined)
    return [...(await checkEndpoints(inspected, await inspected.metadata())), ...expiry];
  let answer: Answer;
  try {
    answer = await firstFound(metadataUrl, others);
  } catch (error) {
    return [unreachable(metadataUrl, words, error), ...expiry];
  }
  if (answer.status !== 200) return [refusedMetadata(inspected, metadataUrl, answer), ...expiry];

  const published = await readMetadata(inspected);
  const clock = judgeClock(answer, words.name);
  if (!('issuer' in published)) return [published, clock, ...expiry];
  return [
    ok('discovery', `${words.name}’s metadata can be read.`),
    ok('issuer', `The issuer is that of ${words.issuerIsOf}.`),
    clock,
    ...(await checkEndpoints(inspected, published)),
    ...expiry,
  ];
}

async function checkEndpoints(
  inspected: InspectedOpenId,
  published: PublishedMetadata,
): Promise<readonly Finding[]> {
  const { words } = inspected;
  const checks = await Promise.all([
    checkKeys(published, words.name),
    inspected.tryCredentials().then((trials) => judgeCredentials(trials, words)),
    checkRedirectUri({ ...inspected, ...words, silentSignIn: () => inspected.silentSignIn() }),
    inspected.moreChecks?.() ?? [],
  ]);
  return checks.flat();
}

async function firstFound(url: string, others: readonly string[]): Promise<Answer> {
  const answer = await ask(url);
  const [next, ...rest] = others;
  return answer.status === 404 && next !== undefined ? firstFound(next, rest) : answer;
}

function unreachable(metadataUrl: string, words: InspectionWords, error: unknown): Finding {
  const { host, origin } = new URL(metadataUrl);
  return failed('discovery', `${origin} can’t be reached: ${reasonOf(error)}.`, {
    why: `Nobody can sign in with ${words.name}.`,
    remedy: remedyAfter(error, host),
  });
}

function refusedMetadata(
  { explain, words }: InspectedOpenId,
  metadataUrl: string,
  { status, text }: Answer,
): Finding {
  const { facts, remedy } = explain(parseReport(text) ?? { error: '' });
  const code = facts.providerCode === undefined ? '' : ` (${facts.providerCode})`;
  return failed(
    'discovery',
    `${new URL(metadataUrl).host} answers ${status}${code} when asked for its metadata.`,
    {
      why: `Without the metadata nobody can sign in with ${words.name}.`,
      remedy: remedy ?? words.metadataRemedy,
    },
  );
}

async function readMetadata(inspected: InspectedOpenId): Promise<PublishedMetadata | Finding> {
  const { words } = inspected;
  try {
    return await inspected.metadata();
  } catch (error) {
    const known = error instanceof EntranceError ? error : undefined;
    const cause = z.object({ expected: z.string(), received: z.string() }).safeParse(known?.cause).data;
    if (cause === undefined)
      return failed('discovery', `What ${words.name} publishes isn’t the metadata of an OpenID provider.`, {
        why: `Without the metadata nobody can sign in with ${words.name}.`,
        remedy: words.documentRemedy,
      });
    return failed(
      'issuer',
      `The metadata isn’t of ${words.issuerIsOf}: it names ${JSON.stringify(cause.received)}.`,
      {
        why: 'Its tokens wouldn’t be those that are expected, so every sign-in is refused.',
        remedy: known?.remedy ?? words.issuerRemedy(cause.expected),
      },
    );
  }
}

const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string(), use: z.string().optional() })) });

async function checkKeys({ jwks_uri }: PublishedMetadata, name: string): Promise<readonly Finding[]> {
  const advice = {
    why: 'The signature of no ID token can be verified, so every sign-in is refused.',
    remedy: `Let this machine reach ${jwks_uri ?? 'the key set'} over https, unaltered by an outbound proxy.`,
  };
  try {
    const { status, text } = await ask(jwks_uri ?? '');
    const { data } = keySet.safeParse(parseJson(text));
    const signing = (data?.keys ?? []).filter(({ use = 'sig' }) => use === 'sig');
    if (status === 200 && signing.length > 0)
      return [
        ok(
          'signing_keys',
          `${name} publishes ${signing.length} signing key${signing.length === 1 ? '' : 's'}.`,
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

/** The header `Date` has whole seconds, and its moment lies between the request and the answer. */
function judgeClock({ headers, askedAt, answeredAt }: Answer, name: string): Finding {
  const theirs = Date.parse(headers.get('date') ?? '');
  if (Number.isNaN(theirs)) {
    return couldNotCheck('provider_clock', `${name}’s answer has no date to compare the clock with.`, {
      why: 'A clock that is off by a minute makes every sign-in fail.',
      remedy: 'See that the clock is synchronised (timedatectl).',
    });
  }
  const ahead = Math.max(0, askedAt - theirs - 1_000) - Math.max(0, theirs - answeredAt);
  const drift = Math.abs(ahead);
  if (drift < DRIFT_WARNING_MS) return ok('provider_clock', `This machine’s clock agrees with ${name}’s.`);
  const judge = drift < DRIFT_FAILURE_MS ? warning : failed;
  return judge(
    'provider_clock',
    `This machine’s clock is ${Math.round(drift / 1_000)} s ${ahead > 0 ? 'ahead of' : 'behind'} ${name}’s.`,
    {
      why: `Tokens seem to have expired, or to come from the future: from ${DRIFT_FAILURE_MS / 1_000} s on they are refused.`,
      remedy: 'Synchronise this machine’s clock (NTP: chrony or systemd-timesyncd).',
    },
  );
}
