import type { Request } from 'express';
import type { Config } from '../config/config.js';
import { createSealing } from '../session/sealing.js';

/** The parameter of a form’s address that names the person whose page holds the form. */
const PARAMETER = 'for';

/**
 * Names in every form the person whose page holds it. Another person may be signed in when the form is sent, and the
 * audit log would name the wrong person.
 */
export function createFormOwners({ session }: Pick<Config, 'session'>) {
  const sealing = createSealing('entrance form', session.secret);
  const parameterFor = (userId: string) => ({ [PARAMETER]: sealing.seal('', userId) });

  return {
    /** Adds the person to the address of every POST form in the page’s HTML. */
    mark(html: string, userId: string): string {
      const query = `${new URLSearchParams(parameterFor(userId))}`;
      // Texts in a page have no "<" (it is escaped), so that every match is a form of our own views.
      return html.replaceAll(
        /(<form\b[^>]*\bmethod="post"[^>]*\baction="[^"]*)"/g,
        (_whole, form: string) => `${form}${form.includes('?') ? '&amp;' : '?'}${query}"`,
      );
    },
    parameterFor,
    isOwner({ query: { [PARAMETER]: sent } }: Pick<Request, 'query'>, userId: string): boolean {
      return typeof sent === 'string' && sealing.open(sent, userId) !== undefined;
    },
  };
}
