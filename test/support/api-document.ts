import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Express, Request, Response } from 'express';
import { openApiDocument } from '#entrance/api/openapi.js';
import { createOperations } from '#entrance/api/operations.js';
import type { EntranceDependencies } from '#entrance/entrance.js';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

export interface DocumentedOperation {
  readonly operationId: string;
  readonly security: ReadonlyArray<Readonly<Record<string, readonly string[]>>>;
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> };
  readonly parameters?: ReadonlyArray<{ readonly name: string; readonly in: string }>;
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>
  >;
}

export interface ApiDocument {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Partial<Record<Method, DocumentedOperation>>>>>;
  readonly components: { readonly schemas: object };
}

/** What the product documents of itself. */
export function documentOf(deps: EntranceDependencies): ApiDocument {
  return openApiDocument(createOperations(deps), deps.config.server) as unknown as ApiDocument; // its form is tested
}

let ownCheck: Check | undefined;

/** The check against what the product documents, compiled once in a suite: no setting changes what it says of answers. */
export function documentedCheck(deps: EntranceDependencies): Check {
  ownCheck ??= createCheck(documentOf(deps));
  return ownCheck;
}

/** Holds all that an app answers against its document. Gives what didn't fit, one a line. */
export function watchAnswers(app: Express, checkOf: () => Check): readonly string[] {
  const mismatches: string[] = [];
  const inner = app as unknown as { handle(...args: unknown[]): void }; // where every request of an app comes in
  const handle = inner.handle.bind(app);
  inner.handle = (request: Request, response: Response, next: unknown) => {
    const { method } = request;
    const [path = ''] = request.url.split('?');
    const end = response.end.bind(response) as (...args: unknown[]) => Response;
    response.end = ((...args: unknown[]) => {
      const [body] = args;
      const type = String(response.getHeader('content-type') ?? '');
      const text = typeof body === 'string' || Buffer.isBuffer(body) ? body.toString() : '';
      if (/json/.test(type) && !/ndjson/.test(type) && text !== '') {
        mismatches.push(...checkOf()(method, path, response.statusCode, type, JSON.parse(text)));
      }
      return end(...args);
    }) as Response['end'];
    handle(request, response, next);
  };
  return mismatches;
}

export type Check = (
  method: string,
  path: string,
  status: number,
  type: string,
  body: unknown,
) => readonly string[];

export function createCheck(document: ApiDocument): Check {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema({ $id: 'document', components: document.components });
  const compiled = new Map<string, ValidateFunction>();
  const templates = Object.entries(document.paths).map(([template, operations]) => ({
    pattern: new RegExp(`^${template.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
    operations,
  }));
  const methods: Readonly<Record<string, Method>> = {
    GET: 'get',
    POST: 'post',
    PUT: 'put',
    PATCH: 'patch',
    DELETE: 'delete',
  };

  return (method, path, status, type, body) => {
    const known = templates.filter(({ pattern }) => pattern.test(path));
    const operation = known
      .map(({ operations }) => operations[methods[method] ?? 'get'])
      .find((one) => one !== undefined);
    if (operation === undefined) return [];
    const of = `${method} ${path} → ${status}`;
    const answer = operation.responses[status] ?? (status >= 500 ? operation.responses.default : undefined);
    const schema = answer?.content?.[type.split(';')[0] ?? '']?.schema;
    if (schema === undefined) return [`${of}: ${type} isn’t documented`];
    const validate = validator(`${operation.operationId} ${status} ${type}`, schema);
    return validate(body) ? [] : [`${of}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(body)}`];
  };

  function validator(name: string, schema: object): ValidateFunction {
    const known = compiled.get(name);
    if (known !== undefined) return known;
    const text = JSON.stringify(schema).replaceAll('"#/components/', '"document#/components/');
    const made = ajv.compile(JSON.parse(text));
    compiled.set(name, made);
    return made;
  }
}
