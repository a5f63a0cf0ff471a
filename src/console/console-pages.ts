import type { Request, RequestHandler, Response } from 'express';
import { errorText } from '../error-texts.js';
import { EntranceError } from '../errors.js';
import { sessionOf } from '../guards/guards.js';
import type { ConfirmModel } from '../pages/models/messages.js';
import type { Notice } from '../pages/notices.js';
import type { PageOptions, Pages } from '../pages/pages.js';
import type { Views } from '../pages/views.js';

/** The handlers of some pages, by their names. */
export type Handlers<Handler = RequestHandler> = Readonly<Record<string, Handler>>;

/** A handler whose path names something by its ID. */
export type IdHandler = RequestHandler<{ id: string }>;

/** A question before something is done. The button warns, unless nothing is lost. */
export interface Question extends Omit<ConfirmModel, 'danger' | 'fields'> {
  readonly danger?: boolean;
  readonly fields?: Readonly<Record<string, string>>;
  /** 200 if left out. */
  readonly status?: number;
}

export type ConsolePages = ReturnType<typeof createConsolePages>;

/** Sends the pages of the console to the person who is signed in, and answers its forms. */
export function createConsolePages(pages: Pages) {
  return { ...pages, show, ask, redirect, answerForm };

  function show<View extends keyof Views>(
    request: Request,
    response: Response,
    view: View,
    options: Omit<PageOptions, 'session'>,
    model: Views[View],
  ): void {
    pages.send(request, response, view, { ...options, session: sessionOf(request).record }, model);
  }

  function ask(
    request: Request,
    response: Response,
    section: PageOptions['section'],
    { danger = true, fields = {}, status = 200, ...question }: Question,
  ): void {
    const named = Object.entries(fields).map(([name, value]) => ({ name, value }));
    const model = { ...question, danger, fields: named };
    show(request, response, 'confirm', { title: question.heading, section, status }, model);
  }

  /** Redirects to a page that shows the notice `text`. */
  function redirect(response: Response, href: string, text: string, tone: Notice['tone'] = 'success'): void {
    pages.leaveNotice(response, { tone, text });
    response.redirect(303, href);
  }

  /** Does the work of a form and redirects to a page that says what was done, or why nothing was done. */
  async function answerForm(response: Response, href: string, work: () => Promise<string>): Promise<void> {
    try {
      redirect(response, href, await work());
    } catch (error) {
      if (!(error instanceof EntranceError) || error.status >= 500) throw error;
      redirect(response, href, textOf(error), 'danger');
    }
  }
}

/** The detail of an error of its own is complete; the default detail of a code needs the title before it. */
export function textOf({ code, title, detail }: EntranceError): string {
  return detail === errorText(code).detail ? `${title}. ${detail}` : detail;
}
