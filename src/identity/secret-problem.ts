import { isPlaceholder } from './placeholder.js';
import { isEncrypted, isPlaceOfSecret, isUnresolved } from './reference.js';
import { isRepetition } from './variety.js';

const FILE_OF_SECRET = /^(?:\/var)?\/run\/secrets\/|^\/(?:[\w.-]+\/)?[\w.-]*secrets?[\w.-]*\//i;
const ADDRESS = /^[a-z][a-z\d+.-]{2,}:\/\/\w/i;

export const UNRESOLVED = 'is a reference that was not resolved: the value itself has to stand there';

/** Never quotes the text. `advice` is what the documentation shows in place of a secret. */
export function secretProblem(text: string, advice?: string): string | undefined {
  if (isEncrypted(text))
    return 'is encrypted, and nothing has decrypted it: the secret itself has to stand there';
  if (isUnresolved(text) || isPlaceOfSecret(text)) return UNRESOLVED;
  if (FILE_OF_SECRET.test(text))
    return 'is the path of a file: a variable with the same name and _FILE behind it takes a path';
  if (ADDRESS.test(text)) return 'is an address: the secret itself has to stand there';
  if (isJsonObject(text))
    return 'is a JSON object: the one value in it that is the secret has to stand there';
  if (isPlaceholder(text, advice)) return 'is a placeholder: put a secret of your own in its place';
  if (isRepetition(text)) return 'is one character or one word over and over: make it at random';
  return undefined;
}

function isJsonObject(text: string): boolean {
  if (!/^\{.*\}$/s.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
