import * as z from 'zod';
import type { Config } from '../config/config.js';
import { cookieName } from '../config/cookie-name.js';
import { type ErrorCode, errorStatuses } from '../error-codes.js';
import { errorText } from '../error-texts.js';
import { rolesWithScope } from '../guards/guards.js';
import { problemSchema } from '../pages/problem-details.js';
import { type Access, type DocumentedAnswer, type Operation, operation } from './operation.js';

type Json = Readonly<Record<string, unknown>>;

const ABOUT_ADMINISTRATORS =
  'An API token needs the scope `admins:write` too if the user holds `platform_admin`.';

/** `GET /auth/openapi.json`: the document of these operations and of itself. */
export function createDocumentOperation(operations: readonly Operation[], config: Config): Operation {
  let document: Json | undefined;
  const own = operation({
    id: 'getDocument',
    method: 'get',
    path: '/auth/openapi.json',
    summary: 'This document',
    access: 'anyone',
    answers: { 200: { description: 'OpenAPI 3.1.', schema: z.looseObject({ openapi: z.string() }) } },
    handle(_request, response) {
      document ??= openApiDocument([...operations, own], config.server);
      response.json(document);
    },
  });
  return own;
}

/** The operations as an OpenAPI 3.1 document. Its schemas are made from those that validate the requests. */
export function openApiDocument(operations: readonly Operation[], { baseUrl }: Config['server']): Json {
  const serverUrl = `${baseUrl.origin}${baseUrl.path}`;
  const sessionCookie = cookieName(baseUrl);
  const schemas = convertSchemas(operations);
  const paths = new Map<string, Record<string, Json>>();
  for (const one of operations)
    paths.set(one.path, { ...paths.get(one.path), [one.method]: describe(one, schemas) });
  return {
    openapi: '3.1.1',
    info: {
      title: 'Entrance',
      version: '1',
      description:
        'Sign in at /admin/login, or send an API token as “Authorization: Bearer …”. What a session changes has to come from a page of this origin. Every error is a problem document (RFC 9457) with a stable code.',
    },
    servers: [{ url: serverUrl }],
    paths: Object.fromEntries(paths),
    components: {
      schemas: schemas.named,
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'An API token; the names are its scopes.' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: sessionCookie,
          description: 'A session; the names are roles.',
        },
      },
    },
  };
}

function describe(one: Operation, schemas: Schemas): Json {
  const body = schemas.bodies[one.id];
  return {
    operationId: one.id,
    summary: one.summary,
    ...(one.changesUser ? { description: ABOUT_ADMINISTRATORS } : {}),
    security: securityOf(one.access),
    parameters: [...pathParameters(one), ...queryParameters(schemas.queries[one.id]), ...conditions(one)],
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: !one.bodyIsOptional,
            content: { [one.consumes ?? 'application/json']: { schema: body } },
          },
        }),
    responses: {
      ...Object.fromEntries(
        Object.entries(one.answers).map(([status, answer]) => [
          status,
          describeAnswer(one, answer, schemas.answers[`${one.id} ${status}`]),
        ]),
      ),
      ...(one.versioned && one.method === 'get'
        ? { 304: { description: 'It is as `If-None-Match` says.' } }
        : {}),
      ...problemResponses(problemsOf(one)),
    },
  };
}

function securityOf(access: Access): readonly Json[] {
  if (access === 'anyone') return [];
  if (access === 'principal') return [{ token: [] }, { session: [] }];
  const sessions = rolesWithScope(access)?.map((role) => ({ session: [role] })) ?? [{ session: [] }];
  return [{ token: [access] }, ...sessions];
}

function pathParameters({ path }: Operation): readonly Json[] {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  return names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
}

function queryParameters(schema: Json | undefined): readonly Json[] {
  return Object.entries(schema?.properties ?? {}).map(([name, property]) => ({
    name,
    in: 'query',
    schema: property,
  }));
}

function conditions({ method, versioned }: Operation): readonly Json[] {
  if (!versioned || method === 'post') return [];
  const name = method === 'get' ? 'If-None-Match' : 'If-Match';
  return [{ name, in: 'header', schema: { type: 'string' }, description: 'An `ETag` that was read before.' }];
}

function describeAnswer({ versioned }: Operation, answer: DocumentedAnswer, schema: Json | undefined): Json {
  const headers = {
    ...(versioned && schema ? { ETag: { schema: { type: 'string' } } } : {}),
    ...(answer.located ? { Location: { schema: { type: 'string' } } } : {}),
  };
  const streams = (answer.streams ?? []).map((type) => [type, { schema: { type: 'string' } }]);
  return {
    description: answer.description,
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    ...(schema === undefined
      ? {}
      : { content: { 'application/json': { schema }, ...Object.fromEntries(streams) } }),
  };
}

/** The errors that an operation can refuse with. Errors that are our own fault are documented as `default`. */
export function problemsOf(one: Operation): readonly ErrorCode[] {
  const isSafe = one.method === 'get';
  const own = one.problems ?? [];
  return [
    ...(one.query || one.body || one.path.includes('{') ? (['invalid_request'] as const) : []),
    ...(one.body ? (['payload_too_large'] as const) : []),
    ...(one.access === 'anyone' ? [] : (['not_signed_in', 'token_invalid', 'store_unavailable'] as const)),
    ...(one.access === 'anyone' || one.access === 'principal'
      ? []
      : (['scope_missing', 'no_access'] as const)),
    ...(isSafe || one.access === 'anyone' ? [] : (['cross_origin'] as const)),
    ...(one.versioned && !isSafe && one.method !== 'post' ? (['precondition_failed'] as const) : []),
    ...own,
  ];
}

function problemResponses(codes: readonly ErrorCode[]): Json {
  const statuses = [...new Set(codes.map((code) => errorStatuses[code]))];
  const own = statuses.map((status) => {
    const known = codes.filter((code) => errorStatuses[code] === status);
    return [status, problemResponse(known)] as const;
  });
  return { ...Object.fromEntries(own), default: problemResponse([]) };
}

function problemResponse(codes: readonly ErrorCode[]): Json {
  const schema = { $ref: '#/components/schemas/Problem' };
  const content = (one: Json) => ({ 'application/problem+json': { schema: one } });
  return codes.length === 0
    ? { description: 'Any other error.', content: content(schema) }
    : {
        description: codes.map((code) => errorText(code).title).join('; '),
        content: content({ allOf: [schema, { properties: { code: { enum: codes } } }] }),
      };
}

interface Schemas {
  /** Schemas by the name that their `meta` gives them. */
  readonly named: Json;
  /** Schemas by the operation's ID and the status. */
  readonly answers: Readonly<Record<string, Json>>;
  readonly bodies: Readonly<Record<string, Json>>;
  readonly queries: Readonly<Record<string, Json>>;
}

function convertSchemas(operations: readonly Operation[]): Schemas {
  const entriesOf = <T>(read: (one: Operation) => readonly (readonly [string, T | undefined])[]) =>
    Object.fromEntries(
      operations.flatMap(read).filter((entry): entry is [string, T] => entry[1] !== undefined),
    );
  const answers = convert(
    {
      Problem: problemSchema,
      ...entriesOf(({ id, answers }) =>
        Object.entries(answers).map(([status, { schema }]) => [`${id} ${status}`, schema] as const),
      ),
    },
    'output',
  );
  const bodies = convert(
    entriesOf(({ id, body }) => [[id, body]]),
    'input',
  );
  const queries = convert(
    entriesOf(({ id, query }) => [[id, query]]),
    'output',
  );
  return {
    named: { ...bodies.named, ...answers.named },
    answers: answers.own,
    bodies: bodies.own,
    queries: queries.own,
  };
}

/** Converts all schemas at once, so that a schema that several operations share is written once, by its name. */
function convert(schemas: Readonly<Record<string, z.ZodType>>, io: 'input' | 'output') {
  const { properties, $defs } = z.toJSONSchema(z.object(schemas), { io });
  return moveDefinitions({ own: properties ?? {}, named: $defs ?? {} });
}

/** JSON Schema keeps shared schemas in `$defs`, OpenAPI keeps them in `components`. */
function moveDefinitions(converted: object): {
  readonly own: Readonly<Record<string, Json>>;
  readonly named: Json;
} {
  return JSON.parse(JSON.stringify(converted).replaceAll('"#/$defs/', '"#/components/schemas/'));
}
