import { pipeline } from 'node:stream/promises';
import type { Request, RequestHandler, Response } from 'express';
import type { Audit } from '../audit/audit.js';
import { type ExportFormat, exportText } from '../audit/export.js';
import { auditCursors, parseAuditFilter, parseAuditQuery } from '../audit/query.js';

const formats: Readonly<Record<string, ExportFormat | undefined>> = {
  'application/x-ndjson': 'ndjson',
  'text/csv': 'csv',
};
const contentTypes = ['application/json', ...Object.keys(formats)];

/** `GET /auth/audit`: a page of events, or all of them as a stream where `Accept` asks for NDJSON or CSV. */
export function createAuditApi(audit: Audit): RequestHandler {
  return async (request, response) => {
    response.vary('Accept');
    const type = request.accepts(contentTypes) || 'application/json';
    const format = formats[type];
    if (format === undefined) await answerPage(request, response);
    else await stream(request, response, type, format);
  };

  async function answerPage(request: Request, response: Response): Promise<void> {
    const page = await audit.list(parseAuditQuery(request.query));
    response.json({ events: page.events, next_cursor: auditCursors(page).older });
  }

  async function stream(
    request: Request,
    response: Response,
    type: string,
    format: ExportFormat,
  ): Promise<void> {
    const pieces = audit.export(parseAuditFilter(request.query), 'newest first');
    response.type(type).attachment(`audit.${format}`);
    await pipeline(exportText(pieces, format), response).catch((error: unknown) => {
      if (!isHungUp(error)) throw error;
    });
  }
}

/** The reader left before the end. */
function isHungUp(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}
