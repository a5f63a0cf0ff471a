import express, { type Express, type Request } from 'express';

/** The names of what an app reads of a request. */
export interface Reads {
  readonly headers: readonly string[];
  /** Of the query string. */
  readonly parameters: readonly string[];
  /** Of the body, on its first level. */
  readonly fields: readonly string[];
}

/**
 * The app behind a layer that notes what of each request is read. A request with `x-given` has that text in every field and
 * parameter that is asked for.
 */
export function noteReads(app: Express): { readonly app: Express; take(): Reads; stop(): void } {
  const names = { headers: new Set<string>(), parameters: new Set<string>(), fields: new Set<string>() };
  const noting = express().use((request, _response, next) => {
    const { 'x-given': given, ...headers } = request.headers;
    Object.assign(request, { body: noted(names.fields, {}, given), _body: true });
    replace(request, 'query', noted(names.parameters, { ...request.query }, given));
    replace(request, 'headers', noted(names.headers, headers, undefined));
    next();
  }, app);
  const stopNoting = noteSearchParameters(names.parameters);
  return {
    app: noting,
    take() {
      const { headers, parameters, fields } = names;
      const taken = { headers: [...headers], parameters: [...parameters], fields: [...fields] };
      for (const set of Object.values(names)) set.clear();
      return taken;
    },
    stop: stopNoting,
  };
}

const OUR_NAMES = /^[a-z][a-z0-9_-]*$/;

function noted(names: Set<string>, values: object, given: unknown): object {
  const isOurs = (name: string | symbol) => typeof name === 'string' && OUR_NAMES.test(name);
  return new Proxy(values, {
    get(target, name) {
      if (isOurs(name)) names.add(String(name));
      return Reflect.get(target, name) ?? (isOurs(name) ? given : undefined);
    },
    has(target, name) {
      if (isOurs(name)) names.add(String(name));
      return Reflect.has(target, name) || given !== undefined;
    },
  });
}

function replace(request: Request, name: 'query' | 'headers', value: object): void {
  Object.defineProperty(request, name, { value, configurable: true });
}

/** Some code reads the address itself. */
function noteSearchParameters(names: Set<string>): () => void {
  const { get, getAll, has } = URLSearchParams.prototype;
  const noting = <T>(own: (this: URLSearchParams, name: string, value?: string) => T) =>
    function (this: URLSearchParams, name: string, value?: string): T {
      names.add(name);
      return value === undefined ? own.call(this, name) : own.call(this, name, value);
    };
  Object.assign(URLSearchParams.prototype, { get: noting(get), getAll: noting(getAll), has: noting(has) });
  return () => {
    Object.assign(URLSearchParams.prototype, { get, getAll, has });
  };
}
