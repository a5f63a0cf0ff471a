import type { Request, Response } from 'express';
import type * as z from 'zod';
import { errorText } from '../error-texts.js';
import { EntranceError } from '../errors.js';
import type { Pages } from '../http/pages.js';
import { parseSent } from '../validation.js';

/** What a form sent, in the form that a schema describes. Throws EntranceError `invalid_request` that names each field. */
export function parseForm<T>(request: Pick<Request, 'body'>, schema: z.ZodType<T>): T {
  return parseSent(schema, request.body ?? {}, 'form');
}

/** An error’s own text is complete; the text of its code needs the title. */
function noticeOf({ code, title, detail }: EntranceError): string {
  return detail === errorText(code).detail ? `${title}. ${detail}` : detail;
}

/** Does what a form asks for and leads on, with a notice of what was done, or of why it wasn't. */
export async function answerForm(
  pages: Pages,
  response: Response,
  href: string,
  work: () => Promise<string>,
): Promise<void> {
  try {
    pages.leaveNotice(response, { tone: 'success', text: await work() });
  } catch (error) {
    if (!(error instanceof EntranceError) || error.status >= 500) throw error;
    pages.leaveNotice(response, { tone: 'danger', text: noticeOf(error) });
  }
  response.redirect(303, href);
}
