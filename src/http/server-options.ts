import { IncomingMessage, ServerResponse } from 'node:http';
import type { Express } from 'express';

/** For `http.createServer` and `https.createServer`. */
export interface RequestClasses {
  readonly IncomingMessage: typeof IncomingMessage;
  readonly ServerResponse: typeof ServerResponse;
}

/**
 * Makes requests and responses that are this app's from the start, for a server whose requests all go to this app. Express
 * otherwise changes the prototype of each, after which V8, up to that of Node.js 22, copies all properties of a request whenever
 * it gets another one, and keeps it for longer: that takes three times as long as all the rest of Express. `app.request`
 * and `app.response` become the prototypes of these classes, with all that they have and inherit.
 *
 * ```ts
 * createServer(serverOptions(app), app).listen(8000);
 * ```
 */
export function serverOptions(app: Express): RequestClasses {
  const known = classesOf.get(app);
  if (known !== undefined) return known;
  class AppRequest extends IncomingMessage {}
  class AppResponse<Asked extends IncomingMessage> extends ServerResponse<Asked> {}
  app.request = inPlaceOf(app.request, AppRequest.prototype);
  app.response = inPlaceOf(app.response, AppResponse.prototype);
  const classes = { IncomingMessage: AppRequest, ServerResponse: AppResponse };
  classesOf.set(app, classes);
  return classes;
}

/** An app may be behind several servers. */
const classesOf = new WeakMap<Express, RequestClasses>();

/** Whoever inherits from what was there, as apps do that are mounted in this one, inherits from what takes its place. */
function inPlaceOf<Prototype extends object>(current: Prototype, replacement: object): Prototype {
  Reflect.deleteProperty(replacement, 'constructor');
  Object.defineProperties(replacement, Object.getOwnPropertyDescriptors(current));
  Object.setPrototypeOf(replacement, Object.getPrototypeOf(current));
  Object.setPrototypeOf(current, replacement);
  return replacement as Prototype; // it has all that makes one
}
