import type { Request, RequestHandler, Response } from 'express';
import type * as z from 'zod';
import type { ErrorCode } from '../errors.js';
import type { GuardedRoutes, Requirement } from '../guards/guarded-routes.js';
import type { Scope } from '../tokens/tokens.js';
import { parseBody } from './parse-body.js';

/** Who may call: anyone, who shows any valid token or session, or who has a scope. */
export type Access = 'anyone' | 'principal' | Scope;

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** What an operation answers with one status. */
export interface Answer {
  readonly description: string;
  /** Of the JSON; nothing is sent without it. */
  readonly schema?: z.ZodType;
  /** Other media types that `Accept` may ask for. */
  readonly streams?: readonly string[];
  /** With `Location`. */
  readonly located?: boolean;
}

/** What is documented of an operation, and what it is mounted by: see openapi.ts and `mountOperations`. */
export interface Description {
  /** The `operationId`. */
  readonly id: string;
  readonly method: Method;
  /** A path template, such as `/auth/users/{id}`. */
  readonly path: string;
  readonly summary: string;
  readonly access: Access;
  /** What the query string may hold. */
  readonly query?: z.ZodObject;
  readonly answers: Readonly<Record<number, Answer>>;
  /** The codes that it refuses with, beyond what follows from its access, query and body. */
  readonly problems?: readonly ErrorCode[];
  /** The media type of the body, where that isn't JSON: the body is its text. */
  readonly consumes?: 'text/csv';
  /** The body may be left out; it is an empty object then. */
  readonly bodyIsOptional?: boolean;
  /** Answers with `ETag`: a GET heeds `If-None-Match`, and what changes something `If-Match`. */
  readonly versioned?: boolean;
  /** Changes a user, or where they are signed in: for an administrator it needs `admins:write` too. See change-of-user.ts. */
  readonly changesUser?: boolean;
  /** Decides about every request whose path begins with `path`, whatever its method: a proxy passes on what it was sent. */
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
  /** What the JSON body must be. */
  readonly body?: z.ZodType<Body>;
  handle(request: Request<Parameters<Path>>, response: Response, body: Body): void | Promise<void>;
}

/** An operation of the API. Its handler gets the parameters of its path, and the body as its schema describes it. */
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
      // The route is made of the path, and `Body` is undefined where there is no schema.
      await handle(request as unknown as Request<Parameters<Path>>, response, parsed as Body);
    },
  };
}

export interface Mounting {
  /** Guards what isn't for anyone. */
  require(access: Exclude<Access, 'anyone'>): RequestHandler;
  /** Guards what a proxy asks. */
  requireForProxy(access: Exclude<Access, 'anyone'>): RequestHandler;
  /** Reads a JSON body. */
  readonly json: RequestHandler;
  /** Reads the text of a CSV body. */
  readonly csv: RequestHandler;
}

/** Makes a route of each operation. There is no other way into the API, so what isn't documented doesn't answer. */
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
