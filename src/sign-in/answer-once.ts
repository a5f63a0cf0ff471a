import type { Response } from 'express';
import { SingleFlight } from '../single-flight.js';

/** Requests with the same key wait for the answer that is under way, and send it too. */
export type AnswerOnce = (
  key: string,
  response: Response,
  answer: () => Promise<void>,
  tellOfWaiting: () => void,
) => Promise<void>;

interface Given {
  readonly status: number;
  readonly location: string;
  readonly cookies: readonly string[];
}

/** If a browser sends a callback twice at once, as a double reload does, the code is redeemed once. */
export function createAnswerOnce(): AnswerOnce {
  const answers = new SingleFlight<Given>();

  return async (key, response, answer, tellOfWaiting) => {
    const first = answers.current(key);
    if (first !== undefined) {
      tellOfWaiting();
      return repeat(response, await first);
    }
    await answers.run(key, async () => {
      await answer();
      return givenBy(response);
    });
  };
}

function givenBy(response: Response): Given {
  // The session's cookie is added when the headers are written. If the browser has disconnected, nothing else writes
  // them.
  if (!response.headersSent) response.writeHead(response.statusCode);
  return {
    status: response.statusCode,
    location: String(response.getHeader('Location')),
    cookies: [response.getHeader('Set-Cookie') ?? []].flat().map(String),
  };
}

function repeat(response: Response, { status, location, cookies }: Given): void {
  response
    .append('Set-Cookie', [...cookies])
    .set('Cache-Control', 'no-store')
    .redirect(status, location);
}
