import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import type { ErrorCode } from '../error-codes.js';
import { EntranceError } from '../errors.js';
import { memberOf } from '../network-cause.js';
import { faultMet } from '../redis/connection.js';
import { requestId } from '../requests/request-id.js';
import type { SessionRecord } from '../session/session-record.js';
import type { AtOnceOrLater } from '../session/session-store.js';
import type { Pages } from './pages.js';
import { sendProblem } from './problem-details.js';

/** Reads who is signed in, for the frame of a page; rejects if the store can't be read. */
type ReadViewer = (request: Request) => AtOnceOrLater<{ readonly record: SessionRecord } | undefined>;

/** `form` is a page or a problem document; without it the request's `Accept` decides. */
export type AnswerError = (
  request: Request,
  response: Response,
  error: unknown,
  form?: 'page' | 'problem',
) => void;

/**
 * The only place where an error becomes an answer: a page for a browser, a problem document for a program. The page of
 * a signed-in person keeps the navigation.
 */
export function createErrorAnswers(pages: Pages, log: Logger, readViewer: ReadViewer): AnswerError {
  return (request, response, error, form = prefersPage(request) ? 'page' : 'problem') => {
    const known = toEntranceError(error);
    logError(log, request, known, error);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (known.retryAfter !== undefined) response.set('Retry-After', String(known.retryAfter));
    if (known.status === 401) response.set('WWW-Authenticate', known.challenge);
    if (form === 'problem') sendProblem(request, response, known, pages.textOf(known));
    else void sendPage(request, response, known);
  };

  async function sendPage(request: Request, response: Response, error: EntranceError): Promise<void> {
    const viewer = await readOrNobody(request);
    if (!response.headersSent) pages.sendError(request, response, error, viewer?.record);
  }

  async function readOrNobody(request: Request) {
    try {
      return await readViewer(request);
    } catch {
      // The page says what is wrong; without the store it is framed as for a visitor.
      return undefined;
    }
  }
}

/** Logs why a request was refused and what to change, so that an operator finds both. */
export function logError(log: Logger, request: Request, known: EntranceError, error: unknown = known): void {
  const level = known.status >= 500 ? 'error' : 'info';
  const fault = faultMet(error);
  log[level](
    {
      requestId: requestId(request),
      code: known.code,
      cause: fault?.words ?? known.cause,
      remedy: fault?.remedy ?? known.remedy,
      ...(known.code === 'internal' ? { err: error } : {}),
    },
    'a request was answered with an error',
  );
}

export function errorHandler(answer: AnswerError): ErrorRequestHandler {
  return (error, request, response, _next) => answer(request, response, error);
}

export const notFound: RequestHandler = () => {
  throw new EntranceError('not_found');
};

/** Browsers name HTML in `Accept`. If a request names neither HTML nor JSON, its address decides. */
function prefersPage(request: Request): boolean {
  const accept = request.get('accept') ?? '';
  if (/\btext\/html\b/.test(accept)) return true;
  if (/\bapplication\/(?:[\w.]+\+)?json\b/.test(accept)) return false;
  return !/\/auth(?:\/|$)/.test(request.baseUrl + request.path);
}

/** Errors of Express and its body parsers carry a status; any other error is our own fault. */
function toEntranceError(error: unknown): EntranceError {
  if (error instanceof EntranceError) return error;
  // If Redis answers with an error, people get the same answer as if it were away.
  if (faultMet(error) !== undefined) return new EntranceError('store_unavailable', { cause: error });
  const status = memberOf(error, 'status');
  const detail = bodyProblems[String(memberOf(error, 'type'))];
  return new EntranceError(typeof status === 'number' ? codeOfStatus(status) : 'internal', {
    cause: error,
    ...(detail === undefined ? {} : { detail }),
  });
}

/** Texts for the errors of Express's body parsers, by their type. */
const bodyProblems: Readonly<Record<string, string>> = {
  'entity.parse.failed': 'The body isn’t JSON. Look for a missing quotation mark, comma or brace.',
  'encoding.unsupported':
    'The body is compressed in a way that isn’t known here. Send it with gzip, or as it is.',
  'charset.unsupported': 'The body is in an encoding that isn’t known here. Send it as UTF-8.',
  'parameters.too.many': 'The form has more fields than this address takes.',
  'request.aborted': 'The request ended before its body was complete. Send it again.',
  'request.size.invalid': 'The body is longer or shorter than Content-Length says. Send it again.',
};

function codeOfStatus(status: number): ErrorCode {
  if (status === 404) return 'not_found';
  if (status === 413) return 'payload_too_large';
  return status >= 400 && status < 500 ? 'invalid_request' : 'internal';
}
