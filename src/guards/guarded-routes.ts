import type { RequestHandler, Router } from 'express';
import type { RouteParameters } from 'express-serve-static-core';

/** Only the word `anyone` opens a route to everybody. */
export type Requirement = 'anyone' | { readonly guards: readonly [RequestHandler, ...RequestHandler[]] };

type Add = <Path extends string>(
  path: Path | readonly Path[],
  requirement: Requirement,
  ...handlers: readonly RequestHandler<RouteParameters<Path>>[]
) => void;

const methods = ['get', 'post', 'put', 'patch', 'delete', 'all'] as const;

/** The only way to add a route: no route can be added without a requirement. */
export type GuardedRoutes = Readonly<Record<(typeof methods)[number], Add>>;

export function guardedRoutes(router: Router): GuardedRoutes {
  const adding =
    (method: (typeof methods)[number]): Add =>
    (path, requirement, ...handlers) => {
      const guards = requirement === 'anyone' ? [] : requirement.guards;
      router[method](typeof path === 'string' ? path : [...path], ...guards, ...handlers);
    };
  return {
    get: adding('get'),
    post: adding('post'),
    put: adding('put'),
    patch: adding('patch'),
    delete: adding('delete'),
    all: adding('all'),
  };
}
