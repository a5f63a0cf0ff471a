import { type Application, entraError } from './entra-errors.js';
import type { Message } from './pages.js';

interface AuthorizationError {
  readonly error: string;
  readonly error_description?: string | undefined;
}

const title = 'Microsoft would show an error here';

/** An error that can't be sent back, because it isn't certain to whom: Microsoft shows it to the person. */
export function errorMessage(
  { error, error_description = '' }: AuthorizationError,
  application: Application,
): Message {
  if (error === 'invalid_redirect_uri') {
    const text = 'The redirect URI isn’t registered for this application.';
    return { title, text, detail: entraError('invalid_request', 50011, application).error_description };
  }
  if (error === 'invalid_client') {
    const text = 'There is no application of that client ID in this directory.';
    return { title, text, detail: entraError('unauthorized_client', 700016, application).error_description };
  }
  const text = 'The request isn’t one that Microsoft would accept.';
  return { title, text, detail: `${error}: ${error_description}` };
}
