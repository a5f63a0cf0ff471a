import { type Answer, ask, reasonOf } from './ask.js';
import { couldNotCheck, type Finding, failed, ok } from './finding.js';

/** An error that a provider shows on a page of its own, as it says it, with the operator’s remedy if the set-up is at fault. */
export interface ShownError {
  readonly said: string;
  readonly mend?: string | undefined;
}

export interface RedirectCheck {
  /** As people call the provider. */
  readonly name: string;
  readonly redirectUri: string;
  /** A sign-in that must not ask anybody anything. */
  silentSignIn(): Promise<URL>;
  /** What the provider’s own page says; undefined if it can’t be told. */
  readonly errorShownIn?: ((text: string) => ShownError | undefined) | undefined;
  /** Where it is registered. */
  readonly registeredAt: string;
}

/**
 * Begins a sign-in that must not ask anybody anything. A provider sends the refusal of that to a redirect URI that is
 * registered, and shows an error itself where it isn’t.
 */
export async function checkRedirectUri(check: RedirectCheck): Promise<readonly Finding[]> {
  const { name, redirectUri } = check;
  try {
    return [judge(check, await ask(await check.silentSignIn()))];
  } catch (error) {
    return [
      couldNotCheck('redirect_uri', `${name}’s sign-in page can’t be asked: ${reasonOf(error)}.`, {
        why: `Whether ${redirectUri} is registered is open.`,
        mend: 'Sign in once to see.',
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
  const { said = `${status}`, mend } = errorShownIn?.(location + text) ?? {};
  if (mend !== undefined)
    return failed('redirect_uri', `${name} doesn’t send anybody back to ${redirectUri} (${said}).`, {
      why: `Every sign-in ends on an error page of ${name}’s.`,
      mend,
    });
  return couldNotCheck('redirect_uri', `${name}’s answer to a silent sign-in isn’t clear: ${said}.`, {
    why: `Whether ${redirectUri} is registered is open.`,
    mend: `Compare ${registeredAt} with ${redirectUri}, letter by letter.`,
  });
}
