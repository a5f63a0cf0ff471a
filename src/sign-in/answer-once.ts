import type { Response } from 'express';

/** Answers a request; while one is being answered, others with the same key wait for that answer and give it too. */
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

/** A callback that a browser asks for twice at once, as a double reload does, redeems its code once. */
export function createAnswerOnce(): AnswerOnce {
  const underWay = new Map<string, Promise<Given>>();

  return async (key, response, answer, tellOfWaiting) => {
    const first = underWay.get(key);
    if (first !== undefined) {
      tellOfWaiting();
      return repeat(response, await first);
    }
    const given = answer()
      .then(() => givenBy(response))
      .finally(() => underWay.delete(key));
    underWay.set(key, given);
    await given;
  };
}

function givenBy(response: Response): Given {
  // The session's cookie is added when the headers are written, and a browser that has gone away has none written to it.
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
