import type { Request } from 'express';
import type { Config } from '../config/config.js';
import { createSealing } from '../session/sealing.js';

/** The parameter in a form’s address that says for whom its page was made. */
const PARAMETER = 'for';

/**
 * Says in every form for whom its page was made. A browser may have another person signed in by the time that the form is sent, and
 * the audit log would name that one.
 */
export interface FormOwners {
  /** The page’s HTML, in which every form that is sent by POST says that it is this person’s. */
  mark(html: string, userId: string): string;
  /** What `mark` adds to a form’s address. */
  parameterFor(userId: string): Readonly<Record<typeof PARAMETER, string>>;
  isOwner({ query }: Pick<Request, 'query'>, userId: string): boolean;
}

export function createFormOwners({ session }: Pick<Config, 'session'>): FormOwners {
  const sealing = createSealing('entrance form', session.secret);
  const parameterFor = (userId: string) => ({ [PARAMETER]: sealing.seal('', userId) });

  return {
    mark(html, userId) {
      const query = `${new URLSearchParams(parameterFor(userId))}`;
      // Texts in a page have no "<": what looks like a form is one of our own views.
      return html.replaceAll(
        /(<form\b[^>]*\bmethod="post"[^>]*\baction="[^"]*)"/g,
        (_whole, form: string) => `${form}${form.includes('?') ? '&amp;' : '?'}${query}"`,
      );
    },
    parameterFor,
    isOwner({ query: { [PARAMETER]: sent } }, userId) {
      return typeof sent === 'string' && sealing.open(sent, userId) !== undefined;
    },
  };
}
