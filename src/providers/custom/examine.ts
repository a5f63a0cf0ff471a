import * as z from 'zod';
import { EntranceError } from '../../errors.js';
import { sentence } from '../../words.js';
import { freshSecrets } from '../fresh-secrets.js';
import { ask, reasonOf } from '../inspection/ask.js';
import { couldNotCheck, type Finding, failed, ok } from '../inspection/finding.js';
import { beforeDeadline, PROVIDER_DEADLINE_MS } from '../outbound.js';
import { remedyAfter } from '../unreachable.js';
import type { OAuthProvider, SignInBeginning } from './custom-provider.js';

interface Surroundings {
  readonly redirectUri: string;
  begin(beginning: Omit<SignInBeginning, 'redirectUri' | 'signal'>): Promise<URL>;
}

const findings = z.array(
  z.object({
    severity: z.enum(['ok', 'warning', 'failed', 'could_not_check']),
    what: z.string(),
    why: z.string().optional(),
    remedy: z.string().optional(),
  }),
);

/** Checks the provider by a sign-in that nobody completes, and by the host app's own checks. Never rejects. */
export async function examineOAuth(
  own: OAuthProvider,
  { begin, redirectUri }: Surroundings,
): Promise<readonly Finding[]> {
  const [reached, others] = await Promise.all([checkBeginning(own, begin), ownFindings(own)]);
  return [reached, ...others, redirectUriByHand(own, redirectUri)];
}

async function checkBeginning({ id, name }: OAuthProvider, begin: Surroundings['begin']): Promise<Finding> {
  const why = `Without it nobody can sign in with ${name}.`;
  const { state, nonce, codeVerifier } = freshSecrets();
  try {
    const url = await begin({
      state,
      nonce,
      codeChallenge: codeVerifier,
      loginHint: undefined,
      selectAccount: false,
      authContext: undefined,
    });
    return await checkHost(url, why);
  } catch (error) {
    const remedy = error instanceof EntranceError ? error.remedy : undefined;
    return failed(
      'discovery',
      `The function begin of the provider ${id} gives no address to send people to.`,
      {
        why,
        remedy: remedy ?? `See the log, and correct the function begin of the provider ${id}.`,
      },
    );
  }
}

/** Only the host is asked, since the whole address would begin a sign-in. */
async function checkHost({ host, origin }: URL, why: string): Promise<Finding> {
  try {
    await ask(origin);
    return ok('discovery', `The host to which people are sent (${host}) can be reached.`);
  } catch (error) {
    return failed(
      'discovery',
      `The host to which people are sent (${host}) can’t be reached: ${reasonOf(error)}.`,
      {
        why,
        remedy: remedyAfter(error, host),
      },
    );
  }
}

async function ownFindings(own: OAuthProvider): Promise<readonly Finding[]> {
  if (own.examine === undefined) return [];
  const deadline = AbortSignal.timeout(PROVIDER_DEADLINE_MS);
  try {
    const given = await beforeDeadline(deadline, (async () => own.examine?.({ signal: deadline }))());
    return findings.parse(given).map(
      ({ severity, what, why, remedy }): Finding => ({
        check: 'credential',
        severity,
        what: sentence(what),
        ...(why !== undefined && { why: sentence(why) }),
        ...(remedy !== undefined && { remedy: sentence(remedy) }),
      }),
    );
  } catch {
    return [
      couldNotCheck(
        'credential',
        `The function examine of the provider ${own.id} gave no findings in time.`,
        {
          why: 'What it checks is open.',
          remedy: `Have it give a list of { severity, what }, within ${PROVIDER_DEADLINE_MS / 1_000} seconds.`,
        },
      ),
    ];
  }
}

function redirectUriByHand({ name }: OAuthProvider, redirectUri: string): Finding {
  return couldNotCheck('redirect_uri', `Whether ${name} sends people back can’t be checked from here.`, {
    why: `Whether ${redirectUri} is registered is open.`,
    remedy: `Compare the registration at ${name} with ${redirectUri}, letter by letter; or sign in once to see.`,
  });
}
