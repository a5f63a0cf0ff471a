import type { Directory } from '../directory/directory.js';
import { parseEmail } from '../identity/email.js';
import { fold } from '../identity/fold.js';
import { asItLooks, mixedScripts } from '../identity/lookalike.js';

/** The reason why a new address may be a mistake; undefined if there is none. */
export async function lookalikeWarning(directory: Directory, email: string): Promise<string | undefined> {
  const looks = parseEmail(asItLooks(email));
  if (looks !== undefined && fold(looks) !== fold(email) && (await directory.findByEmail(looks)))
    return `looks like ${looks}, who is already there, but is another address`;
  const scripts = mixedScripts(email);
  return scripts === undefined ? undefined : `mixes ${scripts} letters in one word: is it meant so?`;
}
