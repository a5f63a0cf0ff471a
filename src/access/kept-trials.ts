import type { Config } from '../config/config.js';
import type { KeptTexts } from '../session/kept-texts.js';
import { createSealing } from '../session/sealing.js';
import { type SignInTrial, signInTrial } from './sign-in-trial.js';

/** The time for which an administrator can read the result of a test sign-in. */
const LIFETIME_MS = 30 * 60_000;

/**
 * Keeps the last result of a test sign-in for the session that made it, named by its handle, and for no other. The
 * results are sealed for their session, since they hold claims about a person.
 */
export function createKeptTrials({ session }: Pick<Config, 'session'>, texts: KeptTexts) {
  const sealing = createSealing('entrance sign-in trial', session.secret);
  const keyOf = (handle: string) => `sign-in-trial:${handle}`;
  return {
    keep: (handle: string, trial: SignInTrial) =>
      texts.keep(keyOf(handle), sealing.seal(JSON.stringify(trial), handle), LIFETIME_MS),
    async read(handle: string) {
      const sealed = await texts.read(keyOf(handle));
      const text = sealed === undefined ? undefined : sealing.open(sealed, handle);
      return text === undefined ? undefined : signInTrial.safeParse(JSON.parse(text)).data;
    },
  };
}
