import type { Request, RequestHandler, Response } from 'express';
import type * as z from 'zod';
import type { ErrorCode } from '../error-codes.js';
import { EntranceError } from '../errors.js';
import type { GuardedRoutes, Requirement } from '../guards/guarded-routes.js';
import type { Scope } from '../tokens/api-token.js';
import { parseSent } from '../validation.js';

/** Open to `anyone`; to a valid token or session (`principal`); or to a caller that holds the scope. */
export type Access = 'anyone' | 'principal' | Scope;

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

export interface DocumentedAnswer {
  readonly description: string;
  /** The schema of the JSON body; an answer without a schema has no body. */
  readonly schema?: z.ZodType;
  /** Other media types that `Accept` may ask for. */
  readonly streams?: readonly string[];
  readonly located?: boolean;
}

/** The documentation of an operation, which also decides how it is mounted: see openapi.ts and `mountOperations`. */
export interface Description {
  readonly id: string;
  readonly method: Method;
  /** A path template, such as `/auth/users/{id}`. */
  readonly path: string;
  readonly summary: string;
  readonly access: Access;
  readonly query?: z.ZodObject;
  readonly answers: Readonly<Record<number, DocumentedAnswer>>;
  /** The codes that the operation refuses with, besides those that follow from its access, query and body. */
  readonly problems?: readonly ErrorCode[];
  /** The media type of a body that isn't JSON; the handler gets such a body as text. */
  readonly consumes?: 'text/csv';
  /** A request may have no body; the handler then gets an empty object. */
  readonly bodyIsOptional?: boolean;
  /** Answers carry an `ETag`: a GET honours `If-None-Match`, and a change honours `If-Match`. */
  readonly versioned?: boolean;
  /** For an administrator the operation needs `admins:write` too. See change-of-user.ts. */
  readonly changesUser?: boolean;
  /** Answers every method, and every path below `path`: a proxy passes on what its client sent. */
  readonly gate?: boolean;
}

export interface Operation extends Description {
  readonly body: z.ZodType | undefined;
  readonly handle: RequestHandler;
}

type Parameters<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? { readonly [Key in Name]: string } & Parameters<Rest>
  : Record<string, string>;

interface Implementation<Path extends string, Body> extends Description {
  readonly path: Path;
  readonly body?: z.ZodType<Body>;
  handle(request: Request<Parameters<Path>>, response: Response, body: Body): void | Promise<void>;
}

/** An operation of the API. Its handler gets the parameters of the path, and the body as parsed by the schema. */
export function operation<const Path extends string, Body = undefined>({
  handle,
  body,
  ...description
}: Implementation<Path, Body>): Operation {
  return {
    ...description,
    body,
    async handle(request, response) {
      const parsed = body === undefined ? undefined : parseBody(request, body, description);
      // The route is made from `path`, and `Body` is undefined if there is no schema.
      await handle(request as unknown as Request<Parameters<Path>>, response, parsed as Body);
    },
  };
}

/** @throws EntranceError `invalid_request` that names each member */
function parseBody<T>(
  request: Request,
  schema: z.ZodType<T>,
  { consumes, bodyIsOptional = false }: Pick<Description, 'consumes' | 'bodyIsOptional'>,
): T {
  const isRight = request.is(consumes ?? 'application/json');
  const isEmpty = isRight === null || request.get('content-length') === '0';
  const isLeftOut = isEmpty && bodyIsOptional;
  if (!isRight && !isLeftOut) {
    throw new EntranceError('invalid_request', {
      detail:
        consumes === undefined
          ? 'Send a JSON body with “Content-Type: application/json”.'
          : `Send the file with “Content-Type: ${consumes}”.`,
    });
  }
  return parseSent(schema, isLeftOut ? {} : request.body);
}

export interface Mounting {
  require(access: Exclude<Access, 'anyone'>): RequestHandler;
  /** A guard for a request that a proxy asks about. */
  requireForProxy(access: Exclude<Access, 'anyone'>): RequestHandler;
  readonly json: RequestHandler;
  readonly csv: RequestHandler;
}

/** This is the only way into the API, so an operation that isn't documented doesn't answer. */
export function mountOperations(
  routes: GuardedRoutes,
  operations: readonly Operation[],
  { require, requireForProxy, json, csv }: Mounting,
): void {
  for (const one of operations) {
    const { method, access, body, consumes, gate = false, handle } = one;
    const requirement: Requirement =
      access === 'anyone' ? access : { guards: [gate ? requireForProxy(access) : require(access)] };
    const readers = body === undefined ? [] : [consumes === 'text/csv' ? csv : json];
    const path = one.path.replaceAll(/\{(\w+)\}/g, ':$1');
    // Express answers OPTIONS by itself with 200 unless a handler takes every method.
    if (gate) routes.all(`${path}{*behind}`, requirement, ...readers, handle);
    else routes[method](path, requirement, ...readers, handle);
  }
}
