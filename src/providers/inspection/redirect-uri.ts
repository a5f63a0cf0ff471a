import type { Refinement } from '../reported-error.js';
import { type Answer, ask, reasonOf } from './ask.js';
import { couldNotCheck, type Finding, failed, ok } from './finding.js';

/** An error that a provider shows on its own page, with the operator’s remedy if the set-up is at fault. */
export interface ShownError {
  readonly said: string;
  readonly remedy?: string | undefined;
}

/** @param said the error’s name or number on the page; undefined if the page shows none */
export function shownError(
  said: string | undefined,
  explain: (said: string) => Refinement,
): ShownError | undefined {
  if (said === undefined) return undefined;
  const { code, remedy } = explain(said);
  return { said, ...(code === 'sso_misconfigured' && { remedy }) };
}

export interface RedirectCheck {
  readonly name: string;
  readonly redirectUri: string;
  /** The address of a sign-in that must not ask the person anything. */
  silentSignIn(): Promise<URL>;
  /** Finds the error on the provider’s own page; undefined if the page can't be read that way. */
  readonly errorShownIn?: ((text: string) => ShownError | undefined) | undefined;
  /** The place where the operator registers the redirect URI. */
  readonly registeredAt: string;
}

/** A silent sign-in is refused at a registered redirect URI; otherwise the provider shows its own page. */
export async function checkRedirectUri(check: RedirectCheck): Promise<readonly Finding[]> {
  const { name, redirectUri } = check;
  try {
    return [judge(check, await ask(await check.silentSignIn()))];
  } catch (error) {
    return [
      couldNotCheck('redirect_uri', `${name}’s sign-in page can’t be asked: ${reasonOf(error)}.`, {
        why: `Whether ${redirectUri} is registered is open.`,
        remedy: 'Sign in once to see.',
      }),
    ];
  }
}

function judge(
  { errorShownIn, name, redirectUri, registeredAt }: RedirectCheck,
  { status, headers, text }: Answer,
): Finding {
  const location = headers.get('location') ?? '';
  if (location.startsWith(`${redirectUri}?`))
    return ok('redirect_uri', `The redirect URI ${redirectUri} is registered.`);
  const { said = `${status}`, remedy } = errorShownIn?.(location + text) ?? {};
  if (remedy !== undefined)
    return failed('redirect_uri', `${name} doesn’t send anybody back to ${redirectUri} (${said}).`, {
      why: `Every sign-in ends on an error page of ${name}’s.`,
      remedy,
    });
  return couldNotCheck('redirect_uri', `${name}’s answer to a silent sign-in isn’t clear: ${said}.`, {
    why: `Whether ${redirectUri} is registered is open.`,
    remedy: `Compare ${registeredAt} with ${redirectUri}, letter by letter.`,
  });
}
