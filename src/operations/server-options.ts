import { IncomingMessage, ServerResponse } from 'node:http';

/** An app of Express 4 or 5. */
export interface App {
  request: object;
  response: object;
}

/** The options for `http.createServer` and `https.createServer`. */
export interface RequestClasses {
  readonly IncomingMessage: typeof IncomingMessage;
  readonly ServerResponse: typeof ServerResponse;
}

/**
 * Makes the classes of requests and responses for a server that serves this app alone. Express otherwise changes the
 * prototype of every request. V8 (up to that of Node.js 22) then copies all properties of the request for each new
 * property, and keeps the request in memory for longer, which takes three times as long as the rest of Express.
 * `app.request` and `app.response` become the prototypes of these classes, and keep all that they have and inherit.
 *
 * ```ts
 * createServer(serverOptions(app), app).listen(8000);
 * ```
 */
export function serverOptions(app: App): RequestClasses {
  const known = classesOf.get(app);
  if (known !== undefined) return known;
  class AppRequest extends IncomingMessage {}
  class AppResponse<Asked extends IncomingMessage> extends ServerResponse<Asked> {}
  app.request = replacePrototype(app.request, AppRequest.prototype);
  app.response = replacePrototype(app.response, AppResponse.prototype);
  const classes = { IncomingMessage: AppRequest, ServerResponse: AppResponse };
  classesOf.set(app, classes);
  return classes;
}

/** One app may be behind several servers. */
const classesOf = new WeakMap<App, RequestClasses>();

/** Apps that are mounted in this one inherit from `current`, and so get later changes of `replacement`. */
function replacePrototype<Prototype extends object>(current: Prototype, replacement: object): Prototype {
  Reflect.deleteProperty(replacement, 'constructor');
  Object.defineProperties(replacement, Object.getOwnPropertyDescriptors(current));
  Object.setPrototypeOf(replacement, Object.getPrototypeOf(current));
  Object.setPrototypeOf(current, replacement);
  return replacement as Prototype; // it has all members of `current`
}
